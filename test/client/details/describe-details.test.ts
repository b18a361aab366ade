import assert from 'node:assert/strict';
import { describeDetails } from '../../../client/details/describe-details.ts';
import { stateSpans } from '../../../client/details/state-spans.ts';
import { workerTooltip } from '../../../client/views/worker-tooltip.ts';
import { describeWorker } from '../../../master/lifecycle/describe-worker.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

const asked = { samples: [], transitions: [], configuration: [] };
const now = Date.parse('2026-01-01T12:04:00.000Z');

describe('the details of a worker', () => {
  it('say the sentence of the command line, and what it goes down with', () => {
    const worker = snapshot({
      fate: { scope: 'host', with: ['b'] },
      depends_on: ['db'],
      name: 'Reports',
      tags: ['a', 'b'],
    });
    const model = describeDetails(worker, [worker], asked, 'workers.yaml', now);
    assert.equal(model.sentence, describeWorker(worker));
    const facts = Object.fromEntries(model.facts.map(({ name, value }) => [name, value]));
    assert.equal(facts['Goes down with'], 'its module host, with b');
    assert.equal(facts['State'], 'running for 4 minutes');
    assert.equal(facts['Waits for'], 'db');
    assert.deepEqual([facts['Name'], facts['Description'], facts['Tags']], ['Reports', undefined, 'a, b']);
    assert.equal(facts['Held'], undefined);
    const held = describeDetails(snapshot({ held: true }), [], asked, 'workers.yaml', now).facts;
    assert.ok(held.some(({ name, value }) => name === 'Held' && value === 'its output waits to be read'));
    assert.deepEqual(model.workers[0]?.dependsOn, ['db']);
  });

  it('say of each limit whether the kernel holds the worker to it or the master watches, and why the worker is not well', () => {
    const limit = { policy: 'restart', why: null, state: 'within' } as const;
    const none = { ...limit, policy: null, enforced_by: 'nobody', why: 'there is no cgroup for it' } as const;
    const worker = snapshot({
      health: 'unhealthy',
      health_reason: 'it answered 503',
      limits: [
        { ...limit, resource: 'memory', limit: 96e6, enforced_by: 'cgroup v2' },
        { ...limit, resource: 'cpu', limit: 50, enforced_by: 'watching', state: 'over' },
        { ...limit, resource: 'cpu_time', limit: 60_000, enforced_by: 'watching', state: 'near' },
        { ...limit, resource: 'open_files', limit: 60, enforced_by: 'rlimit' },
        { ...limit, resource: 'read_bps', limit: 1e6, enforced_by: 'watching', why: 'no disk is to be seen' },
        { ...none, resource: 'write_ops', limit: 5 },
        { ...limit, policy: null, resource: 'priority', limit: 7, enforced_by: 'priority' },
      ],
    });
    const { facts } = describeDetails(worker, [], asked, 'workers.yaml', now);
    const told = (wanted: string) => facts.filter(({ name }) => name === wanted).map(({ value }) => value);
    assert.deepEqual(told('Health'), ['unhealthy: it answered 503']);
    const limits = [
      'memory 96 MB: held by cgroup v2',
      'cpu 50 % of a core: watched by the master, exceeded',
      'cpu time 60 s: watched by the master, near',
      'open files 60: held by rlimit',
      'read bps 1 MB/s: watched by the master (no disk is to be seen)',
      'write ops 5/s: held by nobody (there is no cgroup for it)',
      'priority 7: set',
    ];
    assert.deepEqual(told('Limit'), limits);
    const inTooltip = workerTooltip(worker, now).replaceAll('\\', '').split('\n');
    for (const one of limits) assert.ok(inTooltip.includes(`- Limit: ${one}`), one);
  });

  it('offer what can be done now', () => {
    const running = snapshot();
    const failed = failedSnapshot('It exited.');
    const actions = (worker: typeof running) =>
      describeDetails(worker, [], asked, 'workers.yaml', now).actions.join(' ');
    assert.equal(actions(running), 'stop restart debug logs switch file');
    assert.equal(actions(failed), 'start restart debug failure logs switch file');
    assert.equal(describeDetails(failed, [], asked, 'workers.yaml', now).failure, 'It exited.');
  });

  it('tell how long each state lasted, the last until now', () => {
    const at = (second: number) => new Date(now - 60_000 + second * 1000).toISOString();
    const transition = { type: 'module', cause: null } as const;
    const spans = stateSpans(
      [
        { ...transition, at: at(0), state: 'starting' },
        { ...transition, at: at(2), state: 'running' },
      ],
      now,
    );
    assert.deepEqual(
      spans.map(({ state, forMs }) => [state, forMs]),
      [
        ['starting', 2_000],
        ['running', 58_000],
      ],
    );
  });
});
