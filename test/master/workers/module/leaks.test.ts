import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { deploymentOf, startModule, testKey } from '../../../support/module-run.ts';

describe('a thousand starts of a shared module', function () {
  this.timeout(120_000);
  let runtime: ModuleRuntime;
  after(() => runtime.dispose());

  it('leave memory and descriptors as they were', async () => {
    runtime = new ModuleRuntime({ masterKey: testKey });
    const deployment = deploymentOf('does-a-bit-of-all.mjs');
    const cycles = async (count: number) => {
      for (let cycle = 0; cycle < count; cycle++) {
        const { run } = await startModule(runtime, 'cycled', deployment);
        await run.stop(5000);
      }
    };
    // What the first starts leave is caches, filled once.
    await cycles(400);
    const heapBefore = await runtime.collectedHeap();
    const descriptorsBefore = descriptors();
    await cycles(1000);
    const heapAfter = await runtime.collectedHeap();
    assert.ok(
      heapAfter <= heapBefore * 1.1,
      `the heap grew from ${heapBefore} to ${heapAfter} bytes over 1,000 starts`,
    );
    assert.ok(descriptors() <= descriptorsBefore + 2, `${descriptors()} descriptors, ${descriptorsBefore} before`);
  });
});

function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
