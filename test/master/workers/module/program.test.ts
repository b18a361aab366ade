import assert from 'node:assert/strict';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { askToExit, moduleFixtures, programOf, startModule, testKey } from '../../../support/module-run.ts';

describe('programs', function () {
  this.timeout(20_000);
  let runtime: ModuleRuntime;
  before(() => {
    runtime = new ModuleRuntime({ masterKey: testKey });
  });
  after(() => runtime.dispose());

  it('run unmodified with their arguments, folder and environment, and end by their SIGTERM handler', async () => {
    const { run, context } = await startModule(runtime, 'server', programOf('program.mjs', { args: ['said', 'so'] }));
    await context.until(() => run.endpoints().length > 0);
    const address = run.endpoints()[0]?.address ?? '';
    assert.equal(await (await fetch(`${address}/there`)).text(), 'said so/there');
    await context.prints(`up in ${moduleFixtures}\n`);
    assert.deepEqual(await run.stop(5000), { forced: false, leftovers: [] });
    assert.match(context.printed, /asked to end\n$/);
    assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
  });

  it('are the main module of what looks like a main thread, and may exit', async () => {
    const { run, context } = await startModule(runtime, 'main', programOf('program-main.cjs'));
    await askToExit(run, context);
    assert.deepEqual(await run.over, { how: 'exit', code: 3, signal: null });
    await run.stop(100);
    assert.equal(context.printed, 'main true true undefined\n');
  });

  it('may be TypeScript', async () => {
    const { run, context } = await startModule(runtime, 'typed', programOf('program-typed.ts', { args: ['4'] }));
    await context.prints('area 16\n');
    assert.equal((await run.stop(1000)).forced, false);
  });

  it('fail with the place of what they threw', async () => {
    const { run } = await startModule(runtime, 'thrower', programOf('program-throws.js'));
    const end = await run.over;
    assert.equal(end.how === 'failure' && end.failure.code, 'module-threw');
    assert.match(
      end.how === 'failure' ? end.failure.message : '',
      /^thrower threw while running: the program failed \(.*program-throws\.js:2\)\.$/,
    );
    await run.stop(100);
  });
});
