import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster } from '../../master/connect.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { placesOf } from '../../master/places.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const counts = path.join(ROOT_FOLDER, 'test/fixtures/programs/counts.mjs');
const ids = ['a', 'b'];
const workersFile = `workers:
${ids.map((id) => `  - { id: ${id}, type: process, execution: { executable_path: ${counts}, args: [starts-${id}], working_directory: . } }\n`).join('')}`;

/** What is asked of the master, one after the other, until it is killed. */
const orders: readonly (readonly [order: 'stop' | 'start' | 'restart' | 'swap', id: string])[] = [
  ['stop', 'a'],
  ['start', 'a'],
  ['restart', 'b'],
  ['swap', 'a'],
  ['stop', 'b'],
];

describe('a master that is killed at each change of its saved state', function () {
  // Bounds a hang; nothing is measured.
  this.timeout(600_000);

  for (const how of ['half', 'after'] as const) {
    const where = how === 'half' ? 'in the middle of the write' : 'at its end, before anything follows';
    it(`${where}, leaves each worker once, as it was answered, with its pid, its count and its lines`, async () => {
      let save = 1;
      while (await survives(save, how)) save += 1;
      assert.ok(save > 10, `there were only ${save - 1} changes`);
    });
  }
});

/** False where the master was done before it came to that change. */
async function survives(save: number, how: 'half' | 'after'): Promise<boolean> {
  const project = new Project({ 'workers.yaml': workersFile });
  project.enter();
  try {
    const preload = path.join(ROOT_FOLDER, 'test/fixtures/dies-at-a-save.cjs');
    const master = project.runThrough([
      ...['/usr/bin/env', `NODE_OPTIONS=--require ${preload}`, `DIE_AT_SAVE=${save} ${how}`],
    ]);
    const stage = await ordered(project, master);
    if (!stage.isKilled) return false;
    const where = `at change ${save}, ${how}, ${stage.pending ? `while ${stage.pending.join(' ')}` : 'while nothing was asked'}`;
    await assertGoesOn(project, stage, where);
    return true;
  } finally {
    await project.dispose();
  }
}

function asked({ file }: Project) {
  return { file, name: 'test', owner: false };
}

interface Stage {
  readonly isKilled: boolean;
  /** What was asked and not answered. */
  readonly pending: readonly [order: string, id: string] | undefined;
  /** Nothing more was asked, and the master was to end. */
  readonly isEnding: boolean;
  /** What each worker was answered to be. */
  readonly answered: ReadonlyMap<string, 'running' | 'stopped'>;
  readonly told: readonly WorkerSnapshot[];
}

async function ordered(project: Project, master: ForegroundMaster): Promise<Stage> {
  const answered = new Map<string, 'running' | 'stopped'>();
  let pending: Stage['pending'];
  let isKilled = false;
  const killed = master.ended.then(({ code }) => (isKilled ||= code === -1));
  const up = ids.map((id) => master.worker(id, 'running').then(() => answered.set(id, 'running')));
  await Promise.race([Promise.all(up), killed]).catch(() => undefined);
  await Promise.allSettled(isKilled ? up : []);
  // Not by commands: one that finds no master ends what a killed one has left.
  const client = isKilled ? undefined : await connectToMaster(asked(project)).catch(() => undefined);
  for (const each of client ? orders : []) {
    pending = each;
    const [order, id] = each;
    const [outcome] = (await client?.[order]([id]).catch(() => undefined)) ?? [];
    if (!outcome) break;
    assert.ok(outcome.ok, outcome.message);
    answered.set(id, order === 'stop' ? 'stopped' : 'running');
    pending = undefined;
  }
  client?.dispose();
  if (!client) await killed;
  if (pending) await killed;
  // Whoever is not killed by now ends, with more to save.
  const isEnding = !isKilled && !pending;
  if (isEnding) await master.interrupt();
  await killed;
  const told = master.events
    .filter(({ event }) => event === 'worker')
    .map((event) => event as unknown as WorkerSnapshot);
  return { isKilled, pending, isEnding, answered, told };
}

async function assertGoesOn(
  project: Project,
  { pending, isEnding, answered, told }: Stage,
  where: string,
): Promise<void> {
  const alive = new Map(await Promise.all(ids.map(async (id) => [id, await instances(project, id)] as const)));
  // Where one is to take the place of another there are two for a while.
  for (const [id, pids] of alive) {
    const most = pending?.[0] === 'swap' && pending[1] === id ? 2 : 1;
    assert.ok(pids.length <= most, `${id} has ${pids.length} instances ${where}`);
  }
  const client = await connectToMaster({ ...asked(project), owner: true, spawn: { graceSeconds: 30 } });
  let seen = '';
  const isRight = async (): Promise<boolean> => {
    const snapshots = await client.snapshots();
    const wrong: string[] = [];
    for (const { id, state, pid } of snapshots) {
      const pids = await instances(project, id);
      const before = alive.get(id) ?? [];
      const isAsked = isEnding || pending?.[1] === id;
      if (state === 'running' ? pids.join() !== String(pid) : pids.length > 0)
        wrong.push(`${id} is ${state} as ${pid}, alive are ${pids.join()}`);
      if (!['running', 'stopped', 'initialized'].includes(state)) wrong.push(`${id} is ${state}`);
      if (!isAsked && before.length > 0 && before[0] !== pid) wrong.push(`${id} was ${before.join()} and is ${pid}`);
      const want = isAsked ? undefined : answered.get(id);
      if (want !== undefined && (want === 'running') !== (state === 'running'))
        wrong.push(`${id} was answered to be ${want} and is ${state}`);
    }
    seen = wrong.join('; ');
    return snapshots.length === ids.length && wrong.length === 0;
  };
  await until(isRight, () => `all to be right ${where}: ${seen}`, 20_000);
  for (const { id, restarts } of await client.snapshots()) {
    const most = Math.max(0, ...told.filter((one) => one.id === id).map((one) => one.restarts));
    assert.ok(restarts >= most, `the restarts of ${id} went down from ${most} to ${restarts} ${where}`);
    const starts = startsOf(project, id);
    assert.ok(restarts >= starts - 1, `${id} was started ${starts} times, ${restarts} restarts are counted ${where}`);
    const runs = new Map<number, number[]>();
    for (const { run, text } of await client.logs({ id, lines: 1_000_000 })) {
      runs.set(run, [...(runs.get(run) ?? []), Number(/^count (\d+)$/.exec(text)?.[1])]);
    }
    for (const [run, numbers] of runs) {
      assert.deepEqual(
        numbers,
        numbers.map((_, at) => at + 1),
        `the lines of run ${run} of ${id} ${where}`,
      );
    }
  }
  await client.shutdown();
  client.dispose();
  for (const id of ids) assert.deepEqual(await instances(project, id), [], where);
}

async function instances(project: Project, id: string): Promise<number[]> {
  const markers = workerMarkers(id, placesOf(project.file).key);
  return (await thisMachine.list()).filter((entry) => entry.carries(markers)).map(({ pid }) => pid);
}

function startsOf(project: Project, id: string): number {
  const file = path.join(project.folder, `starts-${id}`);
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
}
