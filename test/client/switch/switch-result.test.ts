import assert from 'node:assert/strict';
import { describeSwitch, measuresOf } from '../../../client/switch/switch-result.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the result of a switch', () => {
  it('compares start time and memory', () => {
    assert.equal(
      describeSwitch(
        snapshot({ id: 'a' }),
        { readyInMs: 1_234, memory: { bytes: 61_900_000, others: 0 } },
        { readyInMs: 18, memory: { bytes: 2_340_000, others: 0 } },
      ),
      'a runs as a module: ready in 18 ms (as a process 1.2 s), 2.3 MB (as a process 62 MB).',
    );
  });

  it('says with how many others a memory is shared', () => {
    const shared = { readyInMs: 18, memory: { bytes: 24_000_000, others: 3 } };
    const own = { readyInMs: 400, memory: { bytes: 62_000_000, others: 0 } };
    assert.equal(
      describeSwitch(snapshot({ id: 'a' }), own, shared),
      'a runs as a module: ready in 18 ms (as a process 400 ms), 24 MB together with 3 others (as a process 62 MB).',
    );
    assert.equal(
      describeSwitch(snapshot({ id: 'a', type: 'process' }), { ...shared, memory: { bytes: 9e6, others: 1 } }, own),
      'a runs as a process: ready in 400 ms (as a module 18 ms), 62 MB (as a module 9.0 MB together with 1 other).',
    );
  });

  it('says only what was measured', () => {
    const unknown = { readyInMs: null, memory: null };
    assert.equal(describeSwitch(snapshot({ id: 'a', type: 'process' }), unknown, unknown), 'a runs as a process.');
    assert.equal(
      describeSwitch(snapshot({ id: 'a' }), unknown, { readyInMs: 5, memory: null }),
      'a runs as a module: ready in 5 ms.',
    );
  });

  it('counts the resident memory of a process, the heap of a thread, and that of the host where it is shared', () => {
    const resources = { cpu_percent: 1, rss_bytes: 5e7, heap_bytes: 2e6 };
    const loop = { delay_ms: 1, busy_percent: 1, heap_bytes: 9e6, shared_with: ['b', 'c'] };
    const memoryOf = (...measured: Parameters<typeof measuresOf>) => measuresOf(...measured).memory;
    assert.deepEqual(memoryOf(snapshot({ resources, type: 'process' }), null), { bytes: 5e7, others: 0 });
    assert.deepEqual(memoryOf(snapshot({ resources }), loop), { bytes: 2e6, others: 0 });
    assert.deepEqual(memoryOf(snapshot({ resources: null }), loop), { bytes: 9e6, others: 2 });
    assert.equal(memoryOf(snapshot({ resources: null, type: 'process' }), loop), null);
    assert.equal(memoryOf(snapshot({ resources: null }), null), null);
  });
});
