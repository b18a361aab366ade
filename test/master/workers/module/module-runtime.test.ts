import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import { InspectorClient } from '../../../../master/inspector/inspector-client.ts';
import type { WorkerFailure } from '../../../../master/lifecycle/worker-snapshot.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { thisMachine } from '../../../../master/workers/process/table/process-table.ts';
import { WorkerError, type Run } from '../../../../master/workers/worker.ts';
import { deploymentOf, moduleFixtures, startModule, testKey, TestContext } from '../../../support/module-run.ts';
import { until } from '../../../support/until.ts';

describe('modules', function () {
  this.timeout(20_000);
  let runtime: ModuleRuntime;
  before(() => {
    // A machine with too much to do makes every loop late: nobody is warned here.
    runtime = new ModuleRuntime({ masterKey: testKey, watchdog: { slowMs: 60_000, blockedMs: 60_000 } });
  });
  after(() => runtime.dispose());

  const start = (id: string, deployment: ModuleDeployment) => startModule(runtime, id, deployment);

  for (const isolation of ['shared', 'thread'] as const) {
    describe(isolation, () => {
      it('starts, answers, tells where it listens and stops', async () => {
        const { run, context } = await start(
          'echo',
          deploymentOf('echoes-http.mjs', { isolation, entryPoint: 'createEcho', config: { greeting: 'hi' } }),
        );
        await context.until(() => run.endpoints().length > 0);
        const [endpoint] = run.endpoints();
        assert.equal(endpoint?.origin, 'discovered');
        assert.equal(await text(`${endpoint?.address}/there`), 'hi /there');
        assert.equal(run.pid, 0);
        assert.equal(run.hostPid, process.pid);
        assert.equal(await run.healthy(new AbortController().signal), true);
        const report = await run.stop(2000);
        assert.deepEqual(report, { forced: false, leftovers: [] });
        assert.equal(context.printed, 'listening\nclosed\n');
        await assert.rejects(text(endpoint?.address ?? ''));
      });

      it('shows what the module registers before what is seen of it', async () => {
        const { run, context } = await start(
          'registers',
          deploymentOf('echoes-http.mjs', { isolation, entryPoint: 'createEcho', config: { register: true } }),
        );
        await context.until(() => run.endpoints().length === 2);
        assert.deepEqual(
          run.endpoints().map(({ origin }) => origin),
          ['registered', 'discovered'],
        );
        await run.stop(1000);
      });

      it('says its own opinion of its health', async () => {
        const { run } = await start(
          'ill',
          deploymentOf('echoes-http.mjs', { isolation, entryPoint: 'createEcho', config: { healthy: false } }),
        );
        assert.equal(await run.healthy(new AbortController().signal), false);
        await run.stop(1000);
      });

      it('loads everything afresh at each start', async () => {
        for (let round = 0; round < 2; round++) {
          const { run, context } = await start('counts', deploymentOf('counts-loads.mjs', { isolation }));
          await context.prints('load 1\n');
          await run.stop(1000);
        }
      });

      it('runs TypeScript with enums, parameter properties, JSON and top-level await', async () => {
        const { run, context } = await start('typed', deploymentOf('uses-typescript.ts', { isolation }));
        await context.prints('area 9 awaited true typed\n');
        await run.stop(1000);
      });

      it('runs CommonJS that requires JSON, Node and an ES module', async () => {
        const { run, context } = await start('required', deploymentOf('requires-things.cjs', { isolation }));
        await context.prints('area 1 function true\n');
        await run.stop(1000);
      });

      it('closes and names what a module leaves behind', async () => {
        const { run, context } = await start('leaves', deploymentOf('leaves-everything.mjs', { isolation }));
        await context.prints('sees leaves\n');
        const child = Number(/child (\d+)/.exec(context.printed)?.[1]);
        const { leftovers, forced } = await run.stop(1000);
        assert.equal(forced, false);
        assert.equal(leftovers.length, 4, leftovers.join('\n'));
        assert.match(leftovers.join('\n'), /^2 timers were left and have been closed\.$/m);
        assert.match(leftovers.join('\n'), /^1 server on http:\/\/127\.0\.0\.1:\d+ was left and has been closed\.$/m);
        assert.match(leftovers.join('\n'), /^2 sockets were left/m);
        assert.match(leftovers.join('\n'), new RegExp(`^1 child process ${child} .* was left`, 'm'));
        assert.throws(() => process.kill(child, 0), { code: 'ESRCH' });
      });

      it('ends what a child process of the module left behind', async () => {
        const { run, context } = await start('forks', deploymentOf('leaves-grandchild.mjs', { isolation }));
        await context.prints('grandchild ');
        const pid = Number(/grandchild (\d+)/.exec(context.printed)?.[1]);
        const { leftovers } = await run.stop(1000);
        assert.match(leftovers.join(), new RegExp(`pid ${pid}`));
        await until(async () => (await thisMachine.find(pid)) === undefined, `process ${pid} to be gone`);
      });

      it('ends a stop that takes too long after the grace period', async () => {
        const { run } = await start('lingers', deploymentOf('ignores-stop.mjs', { isolation }));
        assert.equal((await run.stop(50)).forced, true);
      });

      for (const by of ['exit', 'reallyExit']) {
        it(`takes process.${by} as the end of this module alone`, async () => {
          const { run, context } = await start(
            'exits',
            deploymentOf('exits-with-7.mjs', { isolation, config: { by } }),
          );
          assert.deepEqual(await run.over, { how: 'exit', code: 7, signal: null });
          assert.equal(context.printed, '');
          await run.stop(100);
        });
      }

      for (const [target, signal] of [
        ['itself', 'SIGKILL'],
        ['itself', 'SIGTERM'],
        ['itself', 'SIGUSR2'],
        ['its group', 'SIGTERM'],
        ['the group it is in', 'SIGTERM'],
      ]) {
        it(`takes ${signal} to ${target} as the end of this module alone`, async () => {
          const config = { target, signal };
          const { run } = await start('suicidal', deploymentOf('kills-its-pid.mjs', { isolation, config }));
          assert.deepEqual(await run.over, { how: 'exit', code: null, signal });
          await run.stop(100);
        });
      }

      it('fails a module that changes the working directory of all', async () => {
        const { run } = await start('moves', deploymentOf('calls-chdir.mjs', { isolation }));
        const failure = await failureOf(run);
        assert.equal(failure.code, 'module-threw');
        assert.match(failure.message, /^moves called process\.chdir\(\), which a module cannot:.* type: process\.$/);
        await run.stop(100);
      });

      it('fails with the place of what was thrown in a timer', async () => {
        const { run } = await start('ticks', deploymentOf('throws-in-timer.ts', { isolation, config: { afterMs: 5 } }));
        const failure = await failureOf(run);
        assert.equal(failure.code, 'module-threw');
        assert.equal(
          failure.message,
          `ticks threw while running: RangeError: the timer failed (${moduleFixtures}/throws-in-timer.ts:9).`,
        );
        await run.stop(100);
      });

      it('fails with what was rejected and awaited by nobody', async () => {
        const { run } = await start('rejects', deploymentOf('rejects-later.mjs', { isolation, entryPoint: 'default' }));
        assert.match(
          (await failureOf(run)).message,
          /^rejects threw while running: nobody awaits this \(.*rejects-later\.mjs:5\)\.$/,
        );
        await run.stop(100);
      });

      it('ends a start that is cancelled, with all it began', async () => {
        const context = new TestContext();
        const worker = runtime.createWorker({
          id: 'hangs',
          deployment: deploymentOf('never-resolves-start.mjs', { isolation }),
        });
        const starting = worker.start(context);
        await context.prints('starting for ever');
        context.cancel();
        await assert.rejects(starting, { message: 'cancelled' });
        assert.match(context.printed, /aborted/);
      });

      const failures: readonly [string, Partial<ModuleDeployment>, WorkerFailure['code'], RegExp][] = [
        [
          'syntax-error.mjs',
          {},
          'module-syntax',
          /^w cannot be loaded: Unexpected token ';' \(.*syntax-error\.mjs:5\)/,
        ],
        [
          'imports-missing-package.mjs',
          {},
          'module-not-found',
          /no-such-package, imported by .*imports-missing-package\.mjs, is not found\. Install it \(npm install no-such-package\)/,
        ],
        [
          'factory-throws.mjs',
          {},
          'module-factory',
          /^w has a factory that throws: TypeError: no database \(.*:2\)\.$/,
        ],
        [
          'exports-build.cjs',
          {},
          'module-factory',
          /no function named "create"; it exports: build\. Correct entry_point/,
        ],
        [
          'returns-no-start.mjs',
          {},
          'module-contract',
          /create returned .*; a module is an object with at least a start\(\)/,
        ],
        [
          'hides-metadata.mjs',
          {},
          'module-threw',
          /^w threw in start\(\): TypeError: no metadata yet \(.*hides-metadata\.mjs:4\)\.$/,
        ],
        ['nowhere.mjs', {}, 'module-not-found', /nowhere\.mjs does not exist\. Build it, or correct module_path\.$/],
      ];
      for (const [file, more, code, message] of failures) {
        it(`refuses ${file} with ${code}`, async () => {
          const failure = await refusal(start('w', deploymentOf(file, { isolation, ...more })));
          assert.equal(failure.code, code);
          assert.match(failure.message, message);
        });
      }

      it('names the port that is in use', async () => {
        const config = { port: 0 };
        const options = { isolation, entryPoint: 'createEcho' };
        const first = await start('first', deploymentOf('echoes-http.mjs', { ...options, config }));
        await first.context.until(() => first.run.endpoints().length > 0);
        const port = Number(new URL(first.run.endpoints()[0]?.address ?? '').port);
        const failure = await refusal(
          start('second', deploymentOf('echoes-http.mjs', { ...options, config: { port } })),
        );
        assert.equal(failure.code, 'port-in-use');
        assert.equal(
          failure.message,
          `second cannot listen on port ${port}: it is in use already. Stop what listens there, or give second another port.`,
        );
        await first.run.stop(1000);
      });
    });
  }

  it('leaves the neighbours of a failing shared module alone and names them in its fate', async () => {
    const echo = await start('echo', deploymentOf('echoes-http.mjs', { entryPoint: 'createEcho' }));
    const ticking = await start('ticks', deploymentOf('throws-in-timer.ts', { config: { afterMs: 20 } }));
    assert.deepEqual(ticking.run.fate, { scope: 'host', with: ['echo'] });
    await failureOf(ticking.run);
    await ticking.run.stop(100);
    assert.equal(await text(`${echo.run.endpoints()[0]?.address}/still`), 'hello /still');
    assert.deepEqual(echo.run.fate, { scope: 'host', with: [] });
    await echo.run.stop(1000);
  });

  it('ends a shared module that blocks the loop, by name and place, and the others may be back at once', async () => {
    const watched = new ModuleRuntime({ masterKey: testKey, watchdog: { slowMs: 60_000, blockedMs: 1000 } });
    const startEcho = () => startModule(watched, 'echo', deploymentOf('echoes-http.mjs', { entryPoint: 'createEcho' }));
    const echo = await startEcho();
    const spins = await startModule(watched, 'spins', deploymentOf('spins.mjs'));
    const failure = await failureOf(spins.run);
    assert.equal(failure.code, 'module-blocked');
    assert.match(
      failure.message,
      /^spins blocked the event loop it shares for \d\.\d s in spinForEver\(\) \(.*spins\.mjs:9\) and was ended\. Give it a thread of its own \(module\.isolation: thread\) or run it with type: process\.$/,
    );
    const lost = await failureOf(echo.run);
    assert.equal(lost.code, 'host-lost');
    assert.match(
      lost.message,
      /^echo went down with the module host it shared: spins blocked its event loop for \d\.\d s\.$/,
    );
    await Promise.all([echo.run.stop(1000), spins.run.stop(1000)]);
    const again = await startEcho();
    assert.deepEqual(again.run.fate, { scope: 'host', with: [] });
    await again.run.stop(1000);
    await watched.dispose();
  });

  it('warns the one that keeps the shared loop busy', async () => {
    const watchdog = { slowMs: 100, blockedMs: 60_000 };
    const watched = new ModuleRuntime({ masterKey: testKey, watchdog });
    const { run, context } = await startModule(watched, 'busy', deploymentOf('spins.mjs'));
    await context.prints('busy has kept the event loop of its module host busy for ');
    assert.match(context.printed, / ms in spinForEver\(\) \(.*spins\.mjs:9\)\.$/m);
    await watched.dispose();
    await run.stop(0);
  });

  describe('warns the one that keeps the shared loop busy longer than is slow', () => {
    /** However late this process is, its module is not taken for blocked. */
    const watchdog = { slowMs: 200, blockedMs: 60_000 };
    let watched: ModuleRuntime;
    let folder: string;
    before(async () => {
      watched = new ModuleRuntime({ masterKey: testKey, watchdog });
      folder = await mkdtemp(path.join(tmpdir(), 'hsu-busy-'));
    });
    after(async () => {
      await watched.dispose();
      await rm(folder, { recursive: true });
    });

    const warning = (where: string) =>
      new RegExp(`^busy has kept the event loop of its module host busy for \\d+ ms in ${where}\\.$`, 'm');
    const startBusy = (config: Readonly<Record<string, unknown>>) =>
      startModule(watched, 'busy', deploymentOf('busy-until-seen.mjs', { config }));

    it('in JavaScript, which is over right after the look at it', async () => {
      const { run, context } = await startBusy({ way: 'javascript', ms: 230 });
      await context.prints(' ms in ');
      assert.match(context.printed, warning('javascript\\(\\) \\(.*busy-until-seen\\.mjs:18\\)'));
      await run.stop(1000);
    });

    it('in a native function', async () => {
      const seenFile = path.join(folder, 'seen');
      const { run, context } = await startBusy({ way: 'native', seenFile });
      await until(() => existsSync(`${seenFile}.awaited`), 'the native function to wait');
      // The watchdog's steps are timers of this loop, one every 50 ms: the look comes with the third of them.
      for (let step = 0; step < 10; step++) await wait(50);
      await writeFile(seenFile, '');
      await context.prints(' ms in ');
      assert.match(context.printed, warning('execFileSync\\(\\)'));
      await run.stop(1000);
    });
  });

  it('stops a module in a thread of its own while it spins', async () => {
    const { run, context } = await start('spins', deploymentOf('spins.mjs', { isolation: 'thread' }));
    await context.prints('spinning');
    assert.equal((await run.stop(50)).forced, true);
  });

  it('opens the inspector in the thread that holds the module', async () => {
    const { run } = await start('debugged', deploymentOf('ignores-stop.mjs', { isolation: 'thread' }));
    const url = await run.openInspector({});
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\//);
    assert.equal(run.debugging, true);
    await run.closeInspector();
    assert.equal(run.debugging, false);
    await run.stop(10);
  });

  it('keeps the inspector of a shared thread open for one module when that of another is closed', async () => {
    const shared = deploymentOf('echoes-http.mjs', { isolation: 'shared', entryPoint: 'createEcho' });
    const [{ run: one }, { run: other }] = [await start('one', shared), await start('other', shared)];
    const url = await one.openInspector({});
    assert.equal(await other.openInspector({}), url);
    const inspector = await InspectorClient.connect(url);
    await other.closeInspector();
    assert.deepEqual(await inspector.send('Runtime.evaluate', { expression: '1 + 1', returnByValue: true }), {
      result: { type: 'number', value: 2, description: '2' },
    });
    await one.closeInspector();
    await inspector.over;
    await Promise.all([one.stop(1_000), other.stop(1_000)]);
  });

  it('ends a module that stands at a breakpoint, also where no debugger lets go', async () => {
    const { run } = await start('held', deploymentOf('stands-at-a-breakpoint.mjs', { isolation: 'thread' }));
    const inspector = await InspectorClient.connect(await run.openInspector({}));
    const paused = new Promise<void>((resolve) => inspector.on('Debugger.paused', () => resolve()));
    await inspector.send('Debugger.enable');
    await paused;
    await run.closeInspector();
    assert.equal((await run.stop(1_000)).forced, false);
    await inspector.close();
  });
});

async function text(url: string): Promise<string> {
  return (await fetch(url)).text();
}

async function failureOf(run: Run): Promise<WorkerFailure> {
  const end = await run.over;
  assert.equal(end.how, 'failure');
  return end.how === 'failure' ? end.failure : assert.fail();
}

async function refusal(starting: Promise<unknown>): Promise<WorkerFailure> {
  try {
    await starting;
  } catch (error) {
    assert.ok(error instanceof WorkerError, String(error));
    return error.failure;
  }
  return assert.fail('it started');
}
