import { setImmediate as turn } from 'node:timers/promises';

export const query = { id: 1, a: 2, b: 3, name: 'alpha beta gamma delta epsilon zeta eta theta' };
const inFlight = 64;
/** Of each kind where two are compared. */
const blocksEach = 10;

/** What one call takes, and how many are done in a second; a direct one never leaves the loop. */
export async function figures(call, seconds, isDirect) {
  // A look at the clock costs as much as a direct call: many share one.
  const perLook = isDirect ? 1000 : 1;
  // Both ends are compiled by then.
  await throughput(call, perLook, seconds);
  return { latencyUs: await latency(call, perLook, seconds), perSecond: await throughput(call, perLook, seconds) };
}

/**
 * The same of a call that leaves the loop and of its floor, in short blocks that take turns: whatever else the machine
 * does meanwhile, and wherever it lets both ends run, it is so for both. The second is told in times of the first, too.
 */
export async function compared(calls, seconds) {
  for (const call of Object.values(calls)) await throughput(call, 1, seconds / 2);
  const blocks = Object.fromEntries(Object.keys(calls).map((kind) => [kind, { latencyUs: [], perSecond: [] }]));
  for (let block = 0; block < blocksEach; block++) {
    for (const [kind, call] of Object.entries(calls))
      blocks[kind].latencyUs.push(await latency(call, 1, seconds / blocksEach));
    for (const [kind, call] of Object.entries(calls))
      blocks[kind].perSecond.push(await throughput(call, 1, seconds / blocksEach));
  }
  const [floor, ours] = Object.values(blocks);
  return Object.entries(blocks).map(([kind, { latencyUs, perSecond }]) => ({
    kind,
    latencyUs: median(latencyUs),
    perSecond: median(perSecond),
    ...(latencyUs === ours.latencyUs && {
      timesFloor: median(latencyUs.map((us, block) => us / floor.latencyUs[block])),
    }),
  }));
}

/** The median of calls made one after the other. */
async function latency(call, perLook, seconds) {
  const latencies = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const begun = performance.now();
    await loop(call, perLook);
    latencies.push(((performance.now() - begun) * 1000) / perLook);
    // A direct call never leaves the turn of the loop, on which others wait.
    if (perLook > 1) await turn();
  }
  return median(latencies);
}

/** Calls per second with 64 in flight. */
async function throughput(call, perLook, seconds) {
  let done = 0;
  // All of them together stay short enough for the loop to turn in time.
  const perTurn = Math.ceil(perLook / inFlight);
  const begun = performance.now();
  const end = begun + seconds * 1000;
  const one = async () => {
    while (performance.now() < end) {
      await loop(call, perTurn);
      done += perTurn;
      if (perLook > 1) await turn();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return (done / (performance.now() - begun)) * 1000;
}

async function loop(call, times) {
  for (let n = 0; n < times; n++) await call(query);
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
}
