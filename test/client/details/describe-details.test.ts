import assert from 'node:assert/strict';
import { describeDetails } from '../../../client/details/describe-details.ts';
import { shortDuration, stateSpans } from '../../../client/details/state-spans.ts';
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
    assert.deepEqual([820, 12_400, 240_000, 7_200_000].map(shortDuration), ['820 ms', '12 s', '4 min', '2 h']);
  });
});
