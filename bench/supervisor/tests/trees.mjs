import { setTimeout as wait } from 'node:timers/promises';
import { cpuMs, eventsIn, isAlive, now, until } from '../machine.mjs';

/** What is left of a tree after its worker was stopped, the stop having said that it is done. */
function survivorsOf(mode, members, title) {
  return async (stage) => {
    const supervisor = stage.supervise([{ id: 'x', command: stage.worker(mode, 'x'), killMs: 1000 }]);
    await supervisor.warm?.();
    await supervisor.start();
    await until(() => eventsIn(stage.events).length >= members, 'the whole tree');
    await wait(1500);
    const tree = eventsIn(stage.events);
    await supervisor.stopOne('x');
    await wait(2500);
    return { [title]: tree.filter(({ pid }) => isAlive(pid, stage.folder)).length };
  };
}

export const stubborn = survivorsOf('stubborn', 4, 'survivors of a tree that ignores TERM');
export const leader = survivorsOf('leader', 4, 'survivors where the leader ends first');
export const daemon = survivorsOf('daemon', 2, 'survivors of a double fork');

/** Who of the old tree still runs when the new one has begun. */
export async function leaderCrash(stage) {
  const supervisor = stage.supervise([{ id: 'x', command: stage.worker('leader', 'x'), killMs: 1000 }]);
  await supervisor.warm?.();
  await supervisor.start();
  await until(() => eventsIn(stage.events).length >= 4, 'the whole tree');
  await wait(1500);
  const old = eventsIn(stage.events);
  process.kill(old.find(({ id }) => id === 'x').pid, 'SIGKILL');
  await until(() => eventsIn(stage.events).filter(({ id }) => id === 'x').length > 1, 'the new leader', 20_000, 1);
  return { 'old ones alive when a crashed leader is back': old.filter(({ pid }) => isAlive(pid, stage.folder)).length };
}

/** The supervisor is killed and comes back: how many workers have a second instance, how many a new pid? */
export async function supervisorKilled(stage) {
  const ids = ['a', 'b', 'c', 'd'];
  const supervisor = stage.supervise(ids.map((id) => ({ id, command: stage.worker('idle', id) })));
  await supervisor.warm?.();
  await supervisor.start();
  await until(() => new Set(eventsIn(stage.events).map(({ id }) => id)).size === ids.length, 'all workers');
  await wait(1500);
  const before = new Map(eventsIn(stage.events).map(({ id, pid }) => [id, pid]));
  process.kill(supervisor.root, 'SIGKILL');
  await wait(1000);
  await supervisor.again();
  await wait(5000);
  const living = eventsIn(stage.events).filter(({ pid }) => isAlive(pid, stage.folder));
  const of = (id) => living.filter((event) => event.id === id);
  return {
    'supervisor killed and back: duplicates (of 4)': ids.filter((id) => of(id).length > 1).length,
    '… workers that lost their process (of 4)': ids.filter((id) => !of(id).some(({ pid }) => pid === before.get(id)))
      .length,
  };
}

/** A worker that crashes at once, with the supervisor's usual back-off. */
export async function crashLoop(stage, { crashSeconds }) {
  const supervisor = stage.supervise([{ id: 'x', command: stage.worker('crash', 'x'), backOff: true }]);
  await supervisor.warm?.();
  void Promise.resolve(supervisor.start()).catch(() => undefined);
  await until(() => eventsIn(stage.events).length > 0, 'the first crash');
  const pids = supervisor.pids();
  const before = cpuMs(pids);
  const begun = now();
  await wait(crashSeconds * 1000);
  return {
    [`starts in a crash loop of ${crashSeconds} s`]: eventsIn(stage.events).length,
    '… processor time of the supervisor, %': ((cpuMs(pids) - before) / (now() - begun)) * 100,
  };
}
