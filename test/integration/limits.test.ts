import assert from 'node:assert/strict';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { mayGroup } from '../support/may-group.ts';
import { until } from '../support/until.ts';

const uses = path.join(ROOT_FOLDER, 'test/fixtures/programs/uses.mjs');
/** With time granted, the master watches what the kernel could hold. */
const watched = 'monitoring: { interval: 100ms, sustained_violation_time: 1ms }';
const restart = 'restart: { policy: on-failure, retry_delay: 10ms, max_retries: 1, cool_down: 1h, jitter: 0 }';

/** What each worker is held to, and what it does. */
const workers: Readonly<Record<string, readonly [limits: string, uses: string]>> = {
  logs: ['memory: { max_rss: 64MB, policy: log }', 'memory, "150"'],
  alerts: ['process: { max_child_processes: 2, policy: alert }', 'children, "3"'],
  slows: ['cpu: { max_percent: 10, policy: throttle }', 'cpu'],
  // Beyond what it takes to begin, for it must hear that it is asked to end.
  ends: ['cpu: { max_time: 2s, policy: graceful_shutdown }', 'cpu'],
  dies: ['memory: { max_rss: 64MB, policy: immediate_kill }', 'memory, "150"'],
  returns: ['process: { max_file_descriptors: 60, policy: restart }', 'files, "200"'],
  grows: ['memory: { max_rss: 64MB, policy: restart_adjusted }', 'memory, "150"'],
  nears: ['memory: { max_rss: 800MB, warning_threshold: 10, policy: restart }', 'memory, "150"'],
  ignores: ['process: { max_child_processes: 1, policy: none }', 'children, "2"'],
};

describe('workers that use more than they may', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  let master: ForegroundMaster;
  before(() => {
    const items = Object.entries(workers).map(
      ([id, [limits, args]]) =>
        `  - { id: ${id}, type: process, ${restart}, limits: { ${limits}, ${watched} }, execution: { executable_path: ${uses}, args: [${args}] } }\n`,
    );
    // What the kernel is asked to hold, where it can be asked.
    const held = `  - { id: held, type: process, ${restart}, limits: { memory: { max_rss: 96MB, policy: restart } }, execution: { executable_path: ${uses}, args: [nothing] } }\n`;
    project = new Project({ 'workers.yaml': `workers:\n${items.join('')}${held}` });
    master = project.run();
  });
  after(() => project.dispose());

  const newest = (id: string) =>
    master.events.findLast((event) => event.event === 'worker' && event['id'] === id) as WorkerSnapshot | undefined;
  const becomes = (id: string, what: string, fits: (worker: WorkerSnapshot) => boolean) =>
    until(
      () => {
        const worker = newest(id);
        return worker && fits(worker) ? worker : undefined;
      },
      () => `${id} ${what}; it is ${JSON.stringify(newest(id))}`,
      60_000,
    );
  const log = (id: string, line: RegExp) =>
    until(async () => line.test((await project.hsu('logs', id)).stdout), `the line ${line.source} of ${id}`, 60_000);
  const isOver = (resource: string) => (worker: WorkerSnapshot) =>
    worker.limits.some((limit) => limit.resource === resource && limit.state === 'over');

  it('only say so, under "log", "alert" and "none"', async () => {
    await becomes('logs', 'is over its limit', isOver('memory'));
    await log('logs', /^logs uses \d+ MB of memory; its limit is 64 MB\.$/m);
    const { stdout } = await project.hsu('status', 'logs');
    assert.match(stdout, /^logs, running, process, over its limit of memory\n$/);
    await becomes('alerts', 'is over its limit', isOver('child_processes'));
    await log('alerts', /^alerts has 3 child processes; its limit is 2\.$/m);
    await becomes('ignores', 'is over its limit', isOver('child_processes'));
    assert.doesNotMatch((await project.hsu('logs', 'ignores')).stdout, /its limit/);
    for (const id of ['logs', 'alerts', 'ignores']) {
      const { state, restarts } = (await project.status()).find((worker) => worker.id === id) ?? {};
      assert.deepEqual([state, restarts], ['running', 0], id);
    }
  });

  it('are slowed down under "throttle": by the kernel from the first, else by their priority, which their log tells', async () => {
    if (mayGroup('cpu')) {
      const isHeld = ({ limits }: WorkerSnapshot) =>
        limits.some(({ resource, enforced_by: by }) => resource === 'cpu' && /^cgroup v[12]$/.test(by ?? ''));
      // What the kernel holds it to it exceeds by chance only, between two looks.
      const { state, restarts } = await becomes(
        'slows',
        'is held',
        (worker) => worker.state === 'running' && isHeld(worker),
      );
      assert.deepEqual([state, restarts], ['running', 0]);
    } else await log('slows', /^slows is slowed down: its priority is the lowest now/m);
  });

  it('are asked to end under "graceful_shutdown", killed under "immediate_kill", and not started again', async () => {
    const ended = await becomes('ends', 'has failed', ({ state, last_run: run }) => state === 'failed' && run !== null);
    assert.deepEqual([ended.last_run?.exit_code, ended.last_run?.signal, ended.retry_at], [0, null, null]);
    assert.match(
      ended.last_error?.message ?? '',
      /^ends has used [\d.]+ s of processor time; its limit is 2 s\. It was ended, as its policy "graceful_shutdown" says\.$/,
    );
    const killed = await becomes(
      'dies',
      'has failed',
      ({ state, last_run: run }) => state === 'failed' && run !== null,
    );
    assert.deepEqual([killed.last_run?.signal, killed.retry_at], ['SIGKILL', null]);
    for (const { last_error: error, restarts } of [ended, killed])
      assert.deepEqual([error?.code, restarts], ['resource-limit', 0]);
  });

  it('are restarted under "restart" on their budget, then after the cool-down, with the reason', async () => {
    const spent = await becomes(
      'returns',
      'has spent its budget',
      ({ restarts, retry_at: at }) => restarts === 1 && at !== null,
    );
    assert.match(
      spent.last_error?.message ?? '',
      /^returns has \d+ files open; its limit is 60\. Not restarted at once: its 1 automatic restarts are spent/,
    );
  });

  it('have a higher limit in their next run under "restart_adjusted"', async () => {
    const next = await master.event((event) => {
      const { id, restarts, limits } = event as unknown as WorkerSnapshot;
      return event.event === 'worker' && id === 'grows' && restarts === 1 && limits.length > 0;
    });
    const { limits } = next as unknown as WorkerSnapshot;
    assert.equal(limits.find(({ resource }) => resource === 'memory')?.limit, 80e6);
  });

  it('are warned of near their limit, and go on', async () => {
    const near = await becomes('nears', 'is near its limit', ({ limits }) =>
      limits.some(({ state }) => state === 'near'),
    );
    assert.equal(near.state, 'running');
    await log('nears', /^nears uses \d+ MB of memory; its limit is 800 MB: it is near\.$/m);
    assert.equal((await project.status()).find(({ id }) => id === 'nears')?.restarts, 0);
  });

  it('say of each limit whether the kernel holds them to it or the master watches', async () => {
    const all = await project.status();
    const memory = (id: string) => {
      const { limits, diagnostics } = all.find((worker) => worker.id === id) ?? {};
      return [limits?.find(({ resource }) => resource === 'memory')?.enforced_by, diagnostics?.memoryLimit];
    };
    assert.deepEqual(memory('nears'), ['watching', 'watched']);
    const [by, told] = memory('held');
    if (mayGroup('memory')) {
      assert.match(by ?? '', /^cgroup v[12]$/);
      assert.equal(told, 'enforced');
    } else assert.deepEqual([by, told], ['watching', 'watched']);
  });
});
