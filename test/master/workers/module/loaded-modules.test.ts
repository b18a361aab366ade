import assert from 'node:assert/strict';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { deploymentOf, moduleFixtures, programOf, startModule, testKey } from '../../../support/module-run.ts';

describe('the modules that are loaded', function () {
  this.timeout(20_000);
  let runtime: ModuleRuntime;
  before(() => {
    runtime = new ModuleRuntime({ masterKey: testKey });
  });
  after(() => runtime.dispose());

  it('are loaded, listed and unloaded by hand', async () => {
    const file = `${moduleFixtures}/has-metadata.mjs`;
    const before = new Date().toISOString();
    const module = await runtime.loadModule(file, 'create');
    const { loadedAt, ...info } = module.info;
    assert.deepEqual(info, {
      id: 'has-metadata.mjs',
      path: file,
      entryPoint: 'create',
      isolation: 'shared',
      version: '2.1.0',
    });
    assert.ok(before <= loadedAt && loadedAt <= new Date().toISOString(), loadedAt);
    assert.deepEqual(runtime.listLoadedModules(), [module.info]);
    await module.start({ ill: true });
    assert.equal(await module.isHealthy(), false);
    await runtime.unloadModule(module);
    assert.deepEqual(runtime.listLoadedModules(), []);
    await assert.rejects(runtime.loadModule(`${moduleFixtures}/has-metadata.mjs`, 'created'), { name: 'WorkerError' });
    assert.deepEqual(runtime.listLoadedModules(), []);
  });

  it('are those of workers and programs as long as they run', async () => {
    const started = [
      await startModule(runtime, 'shared', deploymentOf('has-metadata.mjs')),
      await startModule(runtime, 'thread', deploymentOf('has-metadata.mjs', { isolation: 'thread' })),
      await startModule(runtime, 'program', programOf('program.mjs')),
    ];
    const listed = () =>
      runtime.listLoadedModules().map(({ id, entryPoint, isolation, version }) => [id, entryPoint, isolation, version]);
    assert.deepEqual(listed(), [
      ['shared', 'create', 'shared', '2.1.0'],
      ['thread', 'create', 'thread', '2.1.0'],
      ['program', null, 'thread', null],
    ]);
    for (const { run } of started) await run.stop(1000);
    assert.deepEqual(listed(), []);
  });
});
