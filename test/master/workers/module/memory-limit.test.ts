import assert from 'node:assert/strict';
import type { LimitsConfig } from '../../../../master/config/worker-config.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import type { RunEnd } from '../../../../master/workers/worker.ts';
import { deploymentOf, programOf, startModule, testKey } from '../../../support/module-run.ts';

const mega = 1e6;

describe('the memory of a thread', function () {
  this.timeout(30_000);
  let runtime: ModuleRuntime;
  before(() => {
    runtime = new ModuleRuntime({ masterKey: testKey });
  });
  after(() => runtime.dispose());

  const start = (config: Readonly<Record<string, unknown>>, limits: LimitsConfig, file = 'holds-memory.mjs') =>
    startModule(runtime, 'hungry', deploymentOf(file, { isolation: 'thread', config }), limits);
  const failureOf = (end: RunEnd) => (end.how === 'failure' ? end.failure : assert.fail(JSON.stringify(end)));

  for (const shape of ['objects', 'strings', 'buffers', 'large arrays', 'spread', 'map', 'json', 'closures']) {
    it(`ends the module that passes its limit: ${shape}`, async () => {
      const { run } = await start({ shape }, { maxRssBytes: 48 * mega });
      assert.equal(run.enforcement?.memoryLimit, 'watched');
      const failure = failureOf(await run.over);
      assert.equal(failure.code, 'resource-limit');
      assert.match(
        failure.message,
        /^hungry holds (about )?\d+ MB in its thread; its limit is 48 MB \(limits\.memory\)\. It was ended\. Raise the limit, let it hold less, or run it with type: process\.$/,
      );
      await run.stop(0);
    });
  }

  for (const shape of ['objects', 'buffers', 'large arrays', 'spread', 'map']) {
    it(`ends one that takes it in a loop that never comes back: ${shape}`, async () => {
      const { run } = await start({ shape, pace: 'loop' }, { maxRssBytes: 48 * mega });
      assert.match(
        failureOf(await run.over).message,
        /^hungry holds (about )?\d+ MB in its thread; its limit is 48 MB/,
      );
      await run.stop(0);
    });
  }

  for (const pace of ['immediates', 'promises', 'promises alone']) {
    it(`ends one that takes it bit by bit, by ${pace}`, async () => {
      const { run } = await start({ shape: 'objects', pace }, { maxRssBytes: 48 * mega });
      const failure = failureOf(await run.over);
      assert.equal(failure.code, 'resource-limit');
      assert.match(failure.message, /^hungry holds (about )?\d+ MB in its thread; its limit is 48 MB/);
      await run.stop(0);
    });
  }

  it('leaves alone what holds little and throws much away', async () => {
    const { run, context } = await start({ megabytes: 400 }, { maxRssBytes: 48 * mega }, 'makes-garbage.mjs');
    assert.match(context.printed, /made it/);
    await run.stop(0);
  });

  it('only says so where its policy is "log"', async () => {
    const { run, context } = await start({ shape: 'buffers' }, { maxRssBytes: 48 * mega, memoryPolicy: 'log' });
    await context.prints('its limit is 48 MB (limits.memory).\n');
    assert.equal((await run.stop(1000)).forced, false);
  });

  it('holds back what its policy ends for good', async () => {
    const { run } = await start({ shape: 'buffers' }, { maxRssBytes: 48 * mega, memoryPolicy: 'immediate_kill' });
    const failure = failureOf(await run.over);
    assert.equal(failure.code, 'held-back');
    assert.match(failure.message, /It was ended, as its policy "immediate_kill" says\./);
    await run.stop(0);
  });

  it('watches programs too', async () => {
    const limits = { maxRssBytes: 48 * mega };
    const { run } = await startModule(runtime, 'hungry', programOf('holds-buffers.mjs'), limits);
    assert.equal(failureOf(await run.over).code, 'resource-limit');
    await run.stop(0);
  });

  it('is told with its use of the processor', async () => {
    const { run } = await startModule(runtime, 'echo', deploymentOf('counts-loads.mjs', { isolation: 'thread' }));
    const resources = await run.resources();
    assert.ok((resources?.heap_bytes ?? 0) > mega, JSON.stringify(resources));
    assert.ok((resources?.cpu_percent ?? -1) >= 0, JSON.stringify(resources));
    await run.stop(1000);
  });
});
