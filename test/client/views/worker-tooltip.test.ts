import assert from 'node:assert/strict';
import { describeAge, workerTooltip } from '../../../client/views/worker-tooltip.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the tooltip of a row', () => {
  it('has the fast facts, rounded', () => {
    const resources = { cpu_percent: 12.4, rss_bytes: 34_567_890, heap_bytes: 1 };
    const worker = snapshot({ id: 'a', resources });
    const lines = workerTooltip(worker, Date.parse(worker.since) + 5 * 60_000).split('\n');
    for (const line of ['**a**', '- Since: 5 minutes', '- CPU: 12 %', '- Memory: 35 MB']) {
      assert.ok(lines.includes(line), `${line} in ${lines.join(' | ')}`);
    }
  });

  it('says why the worker is not well', () => {
    const worker = snapshot({ health: 'degraded', health_reason: 'it answered 503' });
    assert.ok(workerTooltip(worker, 0).split('\n').includes('- Health: degraded: it answered 503'));
  });

  for (const [minutes, age] of [
    [0.9, 'less than a minute'],
    [1, '1 minute'],
    [59, '59 minutes'],
    [60, '1 hour'],
    [47 * 60, '47 hours'],
    [48 * 60, '2 days'],
  ] as const) {
    it(`says ${age} after ${minutes} minutes`, () => assert.equal(describeAge(minutes * 60_000), age));
  }
});
