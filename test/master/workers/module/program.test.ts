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
    const given = { args: ['said', 'so'], environment: { NAMED: 'tests' } };
    const { run, context } = await startModule(runtime, 'server', programOf('program.mjs', given));
    await context.until(() => run.endpoints().length > 0);
    const address = run.endpoints()[0]?.address ?? '';
    assert.equal(await (await fetch(`${address}/there`)).text(), 'said so/there');
    await context.prints(`up in ${moduleFixtures} for tests\n`);
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

  for (const target of ['itself', 'its group', 'the group it is in']) {
    it(`may end by a signal to ${target}`, async () => {
      const { run } = await startModule(
        runtime,
        'suicidal',
        programOf('kills-its-pid.mjs', { args: [target, 'SIGTERM'] }),
      );
      const end = await run.over;
      assert.deepEqual([end.how, end.how === 'exit' && end.code], ['exit', 0]);
      await run.stop(100);
    });
  }

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

  it('that were meant as modules are told how to become them', async () => {
    const { run } = await startModule(runtime, 'meant', programOf('up-and-down.mjs'));
    assert.deepEqual(await run.over, {
      how: 'exit',
      code: 0,
      signal: null,
      why: 'without an entry_point its file is run as a program. It exports create: write "entry_point: create" to run it as a module',
    });
    await run.stop(100);
  });

  it('have been started where they end in their very first line, before they can answer', async () => {
    const { run, context } = await startModule(runtime, 'brief', programOf('program-brief.mjs'));
    assert.deepEqual(await run.over, { how: 'exit', code: 5, signal: null });
    await run.stop(100);
    assert.equal(context.printed, 'done\n');
  });
});
