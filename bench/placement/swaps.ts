import { connectOnce } from '../../master/calls/connect-once.ts';
import type { Master } from '../../master/master.ts';
import { withWorkers, worker } from './with-workers.ts';

const kinds = ['shared', 'thread', 'process'] as const;
const perSecond = 2000;
const workers = [
  worker('caller', 'shared', 'paced-caller.mjs'),
  ...kinds.map((place) => worker(place, place, 'provider.mjs')),
];

/** A worker of each place is swapped over and over while a neighbour calls it 2,000 times a second; prints one JSON value. */
withWorkers(workers, async ({ master, places }) => {
  const results: object[] = [];
  await connectOnce(places.folder, 'caller', { timeoutMs: Infinity }, async (call) => {
    for (const place of kinds) {
      const calling = call('call', [place, perSecond, Number(process.argv[2])]);
      const swapMs = await swapUntil(master, place, calling);
      const told = (await calling) as object;
      results.push({ swapped: place, swaps: swapMs.length, swapMs: swapMs[swapMs.length >> 1], ...told });
    }
  });
  console.log(JSON.stringify(results));
});

/** How long each swap took, in milliseconds, the shortest first. */
async function swapUntil(master: Master, id: string, ended: Promise<unknown>): Promise<readonly number[]> {
  let over = false;
  const watch = ended.finally(() => (over = true));
  const swapMs: number[] = [];
  while (!over) {
    const begun = performance.now();
    const [outcome] = await master.swap([id]);
    if (outcome?.ok !== true) throw new Error(outcome?.message ?? 'nothing was swapped');
    swapMs.push(performance.now() - begun);
  }
  await watch;
  return swapMs.toSorted((a, b) => a - b);
}
