import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import type { WorkerFailure } from '../../../../master/lifecycle/worker-snapshot.ts';
import type { WatchdogLimits } from '../../../../master/workers/module/host-watchdog.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { thisMachine } from '../../../../master/workers/process/table/process-table.ts';
import type { Run } from '../../../../master/workers/worker.ts';
import { deploymentOf, programOf, startModule, testKey, type TestContext } from '../../../support/module-run.ts';
import { nativeLibrary } from '../../../support/native-library.ts';
import { until } from '../../../support/until.ts';

/** Everything known by which a module harms others: each time they live, or are back at once, and it is named. */
describe('a module that does harm', function () {
  this.timeout(30_000);
  let runtime: ModuleRuntime;
  let echo: { readonly run: Run; readonly context: TestContext } | undefined;
  const open = (watchdog: WatchdogLimits) => {
    runtime = new ModuleRuntime({ masterKey: testKey, watchdog });
  };
  // A machine with too much to do makes every loop late, and keeps a heap snapshot going for seconds.
  beforeEach(() => open({ slowMs: 60_000, blockedMs: 60_000 }));
  const openHasty = () => open({ slowMs: 100, blockedMs: 400 });
  afterEach(async () => {
    await echo?.run.stop(0).catch(() => undefined);
    echo = undefined;
    await runtime.dispose();
  });

  const start = (id: string, file: string, more: Partial<ModuleDeployment> = {}) =>
    startModule(runtime, id, deploymentOf(file, more));
  const startEcho = async () => (echo = await start('echo', 'echoes-http.mjs', { entryPoint: 'createEcho' }));
  const answerOf = async ({ run }: { readonly run: Run }) =>
    (await fetch(`${run.endpoints()[0]?.address}/still`)).text();

  for (const isolation of ['shared', 'thread'] as const) {
    describe(`by an error, ${isolation}`, () => {
      const places = [
        ...['timer', 'interval', 'immediate', 'tick', 'microtask', 'promise', 'nested promise', 'file', 'no listener'],
        ...['connection', 'data', 'request', 'refused'],
      ];
      for (const place of places) {
        it(`in its ${place} fails alone`, async () => {
          const neighbour = await startEcho();
          const { run } = await start('fails', 'fails-in.mjs', { isolation, config: { place } });
          const failure = await failureOf(run);
          assert.equal(failure.code, 'module-threw');
          const what =
            place === 'refused' ? 'connect ECONNREFUSED 127\\.0\\.0\\.1:\\d+' : `RangeError: failed in ${place}`;
          assert.match(failure.message, new RegExp(`^fails threw while running: ${what}\\b.*\\.$`));
          await run.stop(1000);
          assert.equal(await answerOf(neighbour), 'hello /still');
        });
      }

      const values: Readonly<Record<string, string>> = {
        overflow: 'RangeError: Maximum call stack size exceeded',
        text: 'failed in a text',
        nothing: 'undefined',
        'bare object': '{}',
        symbol: 'Symbol\\(failed\\)',
        'error that cannot be read': '',
      };
      for (const place of Object.keys(values).flatMap((value) => [value, `${value}, rejected`])) {
        it(`by the value thrown (${place}) fails alone`, async () => {
          const neighbour = await startEcho();
          const { run } = await start('fails', 'fails-in.mjs', { isolation, config: { place } });
          const failure = await failureOf(run);
          assert.equal(failure.code, 'module-threw');
          const what = values[place.replace(', rejected', '')] ?? '';
          assert.match(failure.message, new RegExp(`^fails threw while running: .*${what}.*\\.$`));
          await run.stop(1000);
          assert.equal(await answerOf(neighbour), 'hello /still');
        });
      }

      const abortion =
        /^aborts called process\.abort\(\), which a module cannot: it would end every module of this process\. Throw an error instead\. Or run it with type: process\.$/;
      for (const place of ['timer', 'caught timer']) {
        it(`by process.abort() in a ${place} fails alone`, async () => {
          const neighbour = await startEcho();
          const { run } = await start('aborts', 'aborts.mjs', { isolation, config: { place } });
          const failure = await failureOf(run);
          assert.equal(failure.code, 'module-threw');
          assert.match(failure.message, abortion);
          await run.stop(1000);
          assert.equal(await answerOf(neighbour), 'hello /still');
        });
      }

      it('by process.abort() in its start fails alone', async () => {
        const neighbour = await startEcho();
        const starting = start('aborts', 'aborts.mjs', { isolation, config: { place: 'start' } });
        await assert.rejects(starting, { message: abortion });
        assert.equal(await answerOf(neighbour), 'hello /still');
      });

      it('after it was stopped is heard by nobody', async () => {
        const neighbour = await startEcho();
        const { run } = await start('late', 'fails-after-stop.mjs', { isolation });
        assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
        assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
        assert.equal(await answerOf(neighbour), 'hello /still');
      });
    });
  }

  const untold: Readonly<Record<string, string>> = {
    error: 'RangeError: nobody knows whose',
    'an error without a stack': 'nobody knows whose',
    'no error': 'nobody knows whose',
  };
  for (const [what, told] of Object.entries(untold)) {
    it(`by an error that nothing tells whose it is has nobody blamed and everybody told, and all go on: ${what}`, async () => {
      const neighbour = await startEcho();
      const loses = await start('loses', 'loses-its-trace.mjs', { config: { what } });
      const all = [neighbour, loses];
      await Promise.all(all.map(({ context }) => context.prints('nobody knows whose')));
      const sentence =
        'An error in the module host belongs to none of its modules (echo, loses) that can be told, so none was ended. In threads of their own (module.isolation: thread) the one it belongs to is known: ';
      for (const { context } of all) assert.ok(context.printed.split('\n').includes(sentence + told), context.printed);
      assert.equal(await answerOf(neighbour), 'hello /still');
      assert.equal(await loses.run.healthy(new AbortController().signal), true);
      for (const { run } of all) {
        assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
        assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
      }
    });
  }

  it('by the same error in a thread of its own fails by its name', async () => {
    const { run } = await start('loses', 'loses-its-trace.mjs', { isolation: 'thread' });
    const failure = await failureOf(run);
    assert.equal(failure.code, 'module-threw');
    assert.match(failure.message, /^loses threw while running: RangeError: nobody knows whose\b/);
    await run.stop(1000);
  });

  it('by process.abort() in a program fails alone', async () => {
    const neighbour = await startEcho();
    const { run, context } = await startModule(runtime, 'aborts', programOf('program-aborts.mjs'));
    await context.until(() => run.endpoints().length > 0);
    const [failure] = await Promise.all([failureOf(run), answerOf({ run }).catch(() => undefined)]);
    assert.match(
      failure.message,
      /^aborts did what only a process of its own can: process\.abort\(\) is not supported in a thread \(.*program-aborts\.mjs:4\)\. Leave it out, or run it with type: process\.$/,
    );
    await run.stop(1000);
    assert.equal(await answerOf(neighbour), 'hello /still');
  });

  const shapes = ['empty', 'filling', 'filling in a function', 'filling in closures', 'catching', 'regular expression'];
  for (const shape of [...shapes, 'promises', 'ticks', 'waiting']) {
    it(`by a loop (${shape}) in a thread of its own is ended by a stop`, async () => {
      const { run, context } = await start('loops', 'loops.mjs', { isolation: 'thread', config: { shape } });
      await context.prints('looping');
      assert.equal((await run.stop(100)).forced, true);
    });
  }

  for (const shape of ['empty', 'filling', 'regular expression', 'promises', 'ticks', 'waiting']) {
    it(`by a loop (${shape}) in the shared host is named and ended, and the others may be back at once`, async () => {
      openHasty();
      const neighbour = await startEcho();
      const { run } = await start('loops', 'loops.mjs', { config: { shape } });
      const [failure, lost] = await Promise.all([failureOf(run), failureOf(neighbour.run)]);
      assert.equal(failure.code, 'module-blocked', failure.message);
      assert.match(
        failure.message,
        /^loops blocked the event loop it shares for \d\.\d s in .* and was ended\. Give it a thread of its own .* or run it with type: process\.$/,
      );
      assert.equal(lost.code, 'host-lost');
      assert.match(lost.message, /^echo went down with the module host it shared: loops blocked its event loop for /);
      await Promise.all([run.stop(1000), neighbour.run.stop(1000)]);
      assert.equal(await answerOf(await startEcho()), 'hello /still');
    });
  }

  describe('by native code that does not return', () => {
    let folder: string;
    let pidFile: string;
    beforeEach(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'hsu-sleeps-'));
      pidFile = path.join(folder, 'pid');
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** Ends what the native code waits for. */
    const wake = async () => process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
    const sleep = async (isolation: 'shared' | 'thread') => {
      const sleeps = await start('sleeps', 'sleeps-natively.mjs', { isolation, config: { pidFile } });
      await until(() => existsSync(pidFile), 'the child to be there');
      return sleeps.run;
    };

    it('cannot be stopped in a thread of its own, and is said so', async () => {
      const neighbour = await startEcho();
      const run = await sleep('thread');
      await assert.rejects(run.stop(100), {
        message: 'sleeps cannot be stopped: native code holds its thread. Restart the master to end it.',
      });
      assert.equal(await answerOf(neighbour), 'hello /still');
      await wake();
      await run.stop(5000);
    });

    const back = () => startModule(runtime, 'echo', deploymentOf('echoes-http.mjs', { entryPoint: 'createEcho' }));

    it('is named in the shared host, ended with what it waits for, and the others may be back', async () => {
      openHasty();
      const neighbour = await startEcho();
      const run = await sleep('shared');
      const pid = Number(await readFile(pidFile, 'utf8'));
      const [failure, lost] = await Promise.all([failureOf(run), failureOf(neighbour.run)]);
      assert.equal(failure.code, 'module-blocked');
      assert.match(
        failure.message,
        /^sleeps blocked the event loop it shares for \d+\.\d s in execFileSync\(\) and was ended\. /,
      );
      assert.match(lost.message, /^echo went down with the module host it shared: sleeps blocked its event loop for /);
      await Promise.all([run.stop(1000), neighbour.run.stop(1000)]);
      assert.equal(await thisMachine.find(pid), undefined);
      const again = await back();
      assert.equal(await answerOf(again), 'hello /still');
      await again.run.stop(1000);
    });

    describe('and is none that Node tells of', () => {
      let pipe: string;
      beforeEach(() => {
        pipe = path.join(folder, 'pipe');
        execFileSync('mkfifo', [pipe]);
      });
      /** Nothing written is the end of what is read. */
      const close = () => writeFile(pipe, '');
      const read = async () => {
        const reads = await start('reads', 'reads-pipe.mjs', { config: { pipe } });
        await reads.context.prints('reading');
        return reads.run;
      };

      it('is left behind with the shared host, without a guess at its name, and the others may be back', async () => {
        openHasty();
        const neighbour = await startEcho();
        const run = await read();
        const failures = await Promise.all([failureOf(run), failureOf(neighbour.run)]);
        for (const { code, message } of failures) {
          assert.equal(code, 'host-lost');
          assert.match(
            message,
            /blocked for \d+\.\d s by native code of a module that cannot be told\. Give those that call native code .* \(module\.isolation: thread\)\.$/,
          );
        }
        await Promise.all([run.stop(1000), neighbour.run.stop(1000)]);
        const again = await back();
        assert.equal(await answerOf(again), 'hello /still');
        await close();
        await again.run.stop(1000);
      });

      it('is named where it is alone in the shared host', async () => {
        openHasty();
        const run = await read();
        const { code, message } = await failureOf(run);
        assert.equal(code, 'module-blocked');
        assert.match(
          message,
          /^reads blocked the event loop it shares for \d+\.\d s in code that is not JavaScript and was ended\./,
        );
        await close();
        await run.stop(1000);
      });
    });
  });

  it('by changing built-in objects is seen by its neighbours, and told so', async () => {
    const { run, context } = await start('patches', 'patches-globals.mjs');
    await context.prints('Give it a thread');
    assert.match(
      context.printed,
      /^patches changed globalThis\.connection, Array\.prototype\.last, Promise\.prototype\.finally, which every module of its module host sees until that ends\. Give it a thread of its own \(module\.isolation: thread\) if the others should not\.$/m,
    );
    const neighbour = await start('sees', 'sees-patches.mjs');
    assert.match(neighbour.context.printed, /^function patched mine$/m);
    await Promise.all([run.stop(1000), neighbour.run.stop(1000)]);
  });

  it('by changing built-in objects in a thread of its own is seen by nobody', async () => {
    const { run, context } = await start('patches', 'patches-globals.mjs', { isolation: 'thread' });
    const shared = await start('sees', 'sees-patches.mjs');
    const thread = await start('sees-too', 'sees-patches.mjs', { isolation: 'thread' });
    assert.equal(context.printed, '');
    for (const { printed } of [shared.context, thread.context]) assert.match(printed, /^undefined finally undefined$/m);
    await Promise.all([run, shared.run, thread.run].map((one) => one.stop(1000)));
  });

  for (const isolation of ['shared', 'thread'] as const) {
    it(`by heap snapshots that it never reads to their end leaves the master and the others alive, ${isolation}`, async () => {
      const neighbour = await startEcho();
      const { run } = await start('snapshots', 'leaves-snapshot.mjs', { isolation });
      assert.equal((await run.stop(1000)).forced, false);
      assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
      assert.equal(await answerOf(neighbour), 'hello /still');
    });
  }

  for (const isolation of ['shared', 'thread'] as const) {
    it(`by threads of its own, and unread heap snapshots of those, leaves the master alive and them ended, ${isolation}`, async () => {
      const neighbour = await startEcho();
      const { run, context } = await start('threads', 'leaves-threads.mjs', { isolation });
      await context.prints('left');
      assert.deepEqual(await run.stop(1000), {
        forced: false,
        leftovers: ['2 threads were left and have been closed.'],
      });
      assert.equal(await answerOf(neighbour), 'hello /still');
    });
  }

  it('by unread heap snapshots of threads of a program that ends leaves the master alive', async () => {
    const neighbour = await startEcho();
    const { run, context } = await startModule(runtime, 'threads', programOf('leaves-threads.mjs', { args: ['now'] }));
    await context.prints('left');
    assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
    assert.equal(await answerOf(neighbour), 'hello /still');
  });

  it('by unread heap snapshots of threads it has is no matter where it is ended at once', async () => {
    const neighbour = await startEcho();
    const { run, context } = await start('threads', 'leaves-threads.mjs', { isolation: 'thread' });
    await context.prints('left');
    await run.stop(0);
    assert.equal(await answerOf(neighbour), 'hello /still');
  });

  for (const isolation of ['shared', 'thread'] as const) {
    it(`by a heap snapshot of its thread that is being taken is ended when that is there, ${isolation}`, async () => {
      const neighbour = await startEcho();
      const { run, context } = await start('takes', 'takes-snapshot.mjs', { isolation });
      await context.prints('taking');
      await run.stop(0);
      assert.equal(context.printed, 'taking\ntaken\n');
      assert.equal(await answerOf(neighbour), 'hello /still');
    });
  }

  it('by a thread of its library that outlives it leaves the master alive', async () => {
    const library = await nativeLibrary('perils');
    for (let round = 0; round < 3; round++) {
      const { run } = await start('lingers', 'x', {
        isolation: 'native',
        entryPoint: 'CreateLingerer',
        path: library,
        folder: path.dirname(library),
      });
      assert.equal((await run.stop(1000)).forced, false);
    }
    assert.equal(await answerOf(await startEcho()), 'hello /still');
  });
});

async function failureOf(run: Run): Promise<WorkerFailure> {
  const end = await run.over;
  return end.how === 'failure' ? end.failure : assert.fail(JSON.stringify(end));
}
