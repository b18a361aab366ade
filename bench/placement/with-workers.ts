import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openMaster, type OpenMaster } from '../../master/open-master.ts';

declare const CALLS_FOLDER: string;

export type Place = 'shared' | 'thread' | 'process';

/** A worker of `bench/placement/calls`, as an item of a workers file. */
export function worker(id: string, place: Place, file: string): string {
  const isolation = place === 'process' ? '' : `, isolation: ${place}`;
  return `  - id: ${id}
    type: ${place === 'process' ? 'process' : 'module'}
    module: { module_path: ${path.join(CALLS_FOLDER, file)}, entry_point: create${isolation} }
`;
}

/** Runs the workers in a master of their own while the work takes, then ends this process. */
export function withWorkers(
  workers: readonly string[],
  work: (opened: OpenMaster, folder: string) => Promise<void>,
): void {
  run(workers, work).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}

async function run(
  workers: readonly string[],
  work: (opened: OpenMaster, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-bench-placement-'));
  process.env['HSU_RUNTIME_DIR'] = path.join(folder, 'run');
  const file = path.join(folder, 'workers.yaml');
  writeFileSync(file, `workers:\n${workers.join('')}`);
  const opened = await openMaster({ file });
  try {
    await opened.ready;
    await opened.master.start([]);
    await work(opened, folder);
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
