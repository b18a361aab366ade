import { setImmediate as turn } from 'node:timers/promises';

export const query = { id: 1, a: 2, b: 3, name: 'alpha beta gamma delta epsilon zeta eta theta' };
const inFlight = 64;

/** What one call takes, and how many are done in a second; a direct one never leaves the loop. */
export async function figures(call, seconds, isDirect) {
  // A look at the clock costs as much as a direct call: many share one.
  const perLook = isDirect ? 1000 : 1;
  // Both ends are compiled by then.
  await throughput(call, perLook, seconds);
  const latencies = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    const begun = performance.now();
    await loop(call, perLook);
    latencies.push(((performance.now() - begun) * 1000) / perLook);
    // A direct call never leaves the turn of the loop, on which others wait.
    if (perLook > 1) await turn();
  }
  latencies.sort((a, b) => a - b);
  return {
    latencyUs: latencies[Math.floor(latencies.length / 2)],
    perSecond: await throughput(call, perLook, seconds),
  };
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
