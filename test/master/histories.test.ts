import assert from 'node:assert/strict';
import { Histories, slotMs, type Measurement } from '../../master/histories.ts';

const measured = (difference: Partial<Measurement> = {}, cpu = 10, rss = 1e6): Measurement => ({
  resources: { cpu_percent: cpu, rss_bytes: rss, heap_bytes: null },
  loop: null,
  health: 'healthy',
  ...difference,
});

describe('the history of a worker', () => {
  it('holds ten minutes, one sample a slot', () => {
    const histories = new Histories();
    for (let at = 0; at < 15 * 60_000; at += 1_000) histories.add('a', measured(), at);
    const samples = histories.of('a');
    assert.ok(samples.length <= (10 * 60_000) / slotMs + 1, `${samples.length}`);
    assert.equal(samples.at(-1)?.at, new Date(15 * 60_000 - 1_000).toISOString());
    assert.ok(Date.parse(samples[0]?.at ?? '') >= 5 * 60_000 - slotMs);
  });

  it('begins anew where the clock was set back', () => {
    const histories = new Histories();
    histories.add('a', measured(), 100 * 60_000);
    assert.equal(histories.isFresh('a', 40 * 60_000), false);
    for (let at = 40 * 60_000; at < 41 * 60_000; at += 1_000) histories.add('a', measured(), at);
    const times = histories.of('a').map(({ at }) => Date.parse(at));
    assert.deepEqual([times.length, times.at(-1)], [60_000 / slotMs, 41 * 60_000 - 1_000]);
  });

  it('keeps the mean of the processor, the most of memory and loop, and the worst health of a slot', () => {
    const histories = new Histories();
    const loop = (delay_ms: number) => ({ delay_ms, busy_percent: 1, heap_bytes: 5, shared_with: [] });
    histories.add('a', measured({ loop: loop(40), health: 'unhealthy' }, 10, 3e6), 10_000);
    histories.add('a', measured({ loop: loop(2) }, 30, 2e6), 11_000);
    assert.deepEqual(histories.of('a'), [
      {
        at: new Date(11_000).toISOString(),
        cpu_percent: 20,
        memory_bytes: 3e6,
        loop: loop(40),
        health: 'unhealthy',
      },
    ]);
  });

  it('knows whether it is time to measure again, and forgets who is gone', () => {
    const histories = new Histories();
    assert.equal(histories.isFresh('a', 0), false);
    histories.add('a', measured(), 1_000);
    assert.equal(histories.isFresh('a', 1_000 + slotMs - 1), true);
    assert.equal(histories.isFresh('a', 1_000 + slotMs), false);
    histories.keep(new Set(['b']));
    assert.deepEqual(histories.of('a'), []);
  });

  it('says nothing where nothing could be measured', () => {
    const histories = new Histories();
    histories.add('a', { resources: null, loop: null, health: 'unknown' }, 0);
    const [sample] = histories.of('a');
    assert.deepEqual([sample?.cpu_percent, sample?.memory_bytes, sample?.loop], [null, null, null]);
  });
});
