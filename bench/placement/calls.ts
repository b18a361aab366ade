import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectOnce } from '../../master/calls/connect-once.ts';
import { openMaster } from '../../master/open-master.ts';

declare const CALLS_FOLDER: string;

/** Calls between workers in one master, measured by a worker in the shared host; prints one JSON value. */
async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-bench-calls-'));
  process.env['HSU_RUNTIME_DIR'] = path.join(folder, 'run');
  const file = path.join(folder, 'workers.yaml');
  const workers = [
    worker('caller', 'shared', 'caller.mjs'),
    worker('shared', 'shared', 'provider.mjs'),
    worker('thread', 'thread', 'provider.mjs'),
    worker('process', 'process', 'provider.mjs'),
  ];
  writeFileSync(file, `workers:\n${workers.join('')}`);
  const opened = await openMaster({ file });
  try {
    await opened.ready;
    await opened.master.start([]);
    await connectOnce(opened.places.folder, 'caller', { timeoutMs: Infinity }, async (call) => {
      console.log(JSON.stringify(await call('measure', [Number(process.argv[2]), folder])));
    });
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function worker(id: string, place: 'shared' | 'thread' | 'process', file: string): string {
  const isolation = place === 'process' ? '' : `, isolation: ${place}`;
  return `  - id: ${id}
    type: ${place === 'process' ? 'process' : 'module'}
    module: { module_path: ${path.join(CALLS_FOLDER, file)}, entry_point: create${isolation} }
`;
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
