import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connectOnce } from '../../master/calls/connect-once.ts';
import { openMaster } from '../../master/open-master.ts';

declare const CALLS_FOLDER: string;

const places = ['shared', 'thread', 'process'] as const;
const perSecond = 2000;

/** A worker of each place is swapped over and over while a neighbour calls it 2,000 times a second; prints one JSON value. */
async function main(): Promise<void> {
  const seconds = Number(process.argv[2]);
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-bench-swaps-'));
  process.env['HSU_RUNTIME_DIR'] = path.join(folder, 'run');
  const file = path.join(folder, 'workers.yaml');
  const workers = [
    worker('caller', 'shared', 'paced-caller.mjs'),
    ...places.map((place) => worker(place, place, 'provider.mjs')),
  ];
  writeFileSync(file, `workers:\n${workers.join('')}`);
  const opened = await openMaster({ file });
  const results: object[] = [];
  try {
    await opened.ready;
    await opened.master.start([]);
    await connectOnce(opened.places.folder, 'caller', { timeoutMs: Infinity }, async (call) => {
      for (const place of places) {
        let over = false;
        const calling = call('call', [place, perSecond, seconds]).finally(() => (over = true));
        const swapMs: number[] = [];
        while (!over) {
          const begun = performance.now();
          const [outcome] = await opened.master.swap([place]);
          if (outcome?.ok !== true) throw new Error(outcome?.message ?? 'nothing was swapped');
          swapMs.push(performance.now() - begun);
        }
        swapMs.sort((a, b) => a - b);
        const told = (await calling) as object;
        results.push({ swapped: place, swaps: swapMs.length, swapMs: swapMs[swapMs.length >> 1], ...told });
      }
    });
  } finally {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(JSON.stringify(results));
}

function worker(id: string, place: (typeof places)[number], file: string): string {
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
