import { setTimeout as wait } from 'node:timers/promises';
import { cpuMs, eventsIn, isAlive, now, pssMb, until } from '../machine.mjs';

/**
 * Many small workers: up, what they cost, killed one by one, all stopped. A supervisor on V8 compiles what runs often for
 * about two minutes after its start: `settleSeconds` lets that pass before it is called idle.
 */
export async function up(stage, { workers: count, settleSeconds }) {
  const ids = Array.from({ length: count }, (_, n) => `w${n}`);
  const supervisor = stage.supervise(ids.map((id) => ({ id, command: stage.worker('idle', id), probe: true })));
  await supervisor.warm?.();

  const begun = now();
  const saidSo = supervisor.start().then(() => now() - begun);
  const first = await until(() => firstOfEach(stage.events, ids), `${count} workers running`);
  const running = Math.max(...first.map(({ at }) => at)) - begun;
  const said = await saidSo;

  await wait(settleSeconds * 1000);
  const pids = supervisor.pids();
  const memory = pssMb(pids);
  const cpuBefore = cpuMs(pids);
  await wait(idleSeconds * 1000);
  const idle = (cpuMs(pids) - cpuBefore) / (idleSeconds * 10);

  const back = [];
  for (let n = 0; n < 20; n += 1) back.push(await killOne(stage, ids[(n * 7 + 3) % count]));

  const living = eventsIn(stage.events).filter(({ pid }) => isAlive(pid, stage.folder));
  const asked = now();
  const answered = supervisor.stopAll().then(() => now() - asked);
  await until(() => living.every(({ pid }) => !isAlive(pid, stage.folder)), 'the end of all workers', 60_000, 1);
  const gone = now() - asked;
  await answered;
  return {
    [`${count} workers all running, ms`]: running,
    '… and the supervisor says so, ms': said,
    'memory of the supervisor, MB PSS': memory,
    [`idle for ${idleSeconds} s from ${settleSeconds} s on, % of a core`]: idle,
    'kill -9 → running again, ms': back,
    [`stop ${count}, really gone, ms`]: gone,
  };
}

const idleSeconds = 30;

function firstOfEach(file, ids) {
  const first = new Map();
  for (const event of eventsIn(file)) if (!first.has(event.id)) first.set(event.id, event);
  return ids.every((id) => first.has(id)) && [...first.values()];
}

async function killOne(stage, id) {
  const known = eventsIn(stage.events).filter((event) => event.id === id);
  const killed = now();
  process.kill(known.at(-1).pid, 'SIGKILL');
  const again = await until(
    () => eventsIn(stage.events).filter((event) => event.id === id)[known.length],
    `${id} running again`,
    20_000,
    1,
  );
  await wait(60);
  return again.at - killed;
}
