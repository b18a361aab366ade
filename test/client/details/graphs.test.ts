import assert from 'node:assert/strict';
import { graphsOf } from '../../../client/details/graphs.ts';
import type { ResourceSample } from '../../../master/lifecycle/worker-snapshot.ts';

const begin = Date.UTC(2026, 0, 1, 12);
const sample = (second: number, difference: Partial<ResourceSample> = {}): ResourceSample => ({
  at: new Date(begin + second * 1000).toISOString(),
  cpu_percent: second,
  memory_bytes: 50_000_000,
  loop: null,
  health: 'healthy',
  ...difference,
});
const loop = { delay_ms: 1.25, busy_percent: 30, heap_bytes: 9_000_000, shared_with: ['b', 'c'] };

function graph(key: string, samples: readonly ResourceSample[], isProcess = true) {
  const found = graphsOf(samples, isProcess).find((each) => each.key === key);
  assert.ok(found);
  return found;
}

describe('the graphs of the details', () => {
  it('say in a sentence what they show', () => {
    const samples = [sample(0), sample(5), sample(10)];
    assert.equal(
      graph('cpu', samples).summary,
      'Processor: 10 % now, 5 % on average and 10 % at most in the last minute.',
    );
    assert.equal(
      graph('memory', samples).summary,
      'Memory: 50 MB now, 50 MB on average and 50 MB at most in the last minute.',
    );
  });

  it('leave a gap where nobody measured, and none between neighbours', () => {
    const { values } = graph('cpu', [sample(0), sample(5), sample(65), sample(70)]);
    assert.deepEqual(values, [0, 5, null, 65, 70]);
  });

  it('show a module of a shared host its host, and say so', () => {
    const shared = [sample(0, { cpu_percent: null, memory_bytes: null, loop })];
    assert.deepEqual(graph('cpu', shared, false).values, [30]);
    assert.match(graph('cpu', shared, false).summary, /Of the event loop of its module host, shared with b, c\.$/);
    assert.deepEqual(graph('memory', shared, false).values, [9]);
    assert.deepEqual(graph('loop', shared, false).values, [1.25]);
  });

  it('say why a process has no event-loop delay', () => {
    const { summary, rows } = graph('loop', [sample(0)]);
    assert.match(summary, /nothing was measured\. Only the event loops of modules/);
    assert.deepEqual(rows, []);
  });

  it('say health in words, its changes one by one', () => {
    const samples = [sample(0), sample(5), sample(10, { health: 'unhealthy' }), sample(15)];
    const { summary, values, rows } = graph('health', samples);
    assert.equal(summary, 'Health: healthy now, at worst unhealthy in the last minute.');
    assert.deepEqual(values, [2, 2, 0, 2]);
    assert.deepEqual(
      rows.map(({ value }) => value),
      ['healthy', 'unhealthy', 'healthy'],
    );
  });

  it('have one row of their table for each minute', () => {
    const samples = Array.from({ length: 36 }, (_, at) => sample(at * 5));
    assert.deepEqual(
      graph('cpu', samples).rows.map(({ value }) => value),
      ['55 %', '115 %', '175 %'],
    );
  });

  it('are there also before anything was measured', () => {
    assert.deepEqual(
      graphsOf([], true).map(({ values }) => values),
      [[], [], [], []],
    );
  });
});
