import assert from 'node:assert/strict';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import type { WorkerFailure } from '../../../../master/lifecycle/worker-snapshot.ts';
import { explainFullHost, isOutOfMemory } from '../../../../master/workers/module/full-host.ts';
import type { HeapGrowth } from '../../../../master/workers/module/host-protocol.ts';
import type { HostedRun } from '../../../../master/workers/module/host-thread.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import type { Run } from '../../../../master/workers/worker.ts';
import { deploymentOf, startModule, testKey } from '../../../support/module-run.ts';

const mega = 1e6;

describe('the memory of the shared host', function () {
  this.timeout(60_000);
  let runtime: ModuleRuntime | undefined;
  afterEach(() => runtime?.dispose());

  const open = (megabytes: number) => {
    // A machine with too much to do makes every loop late: that is not looked at here.
    const watchdog = { slowMs: 60_000, blockedMs: 60_000 };
    runtime = new ModuleRuntime({ masterKey: testKey, watchdog, maxHostMemoryBytes: megabytes * mega });
  };
  const start = (id: string, deployment: ModuleDeployment) => {
    assert.ok(runtime);
    return startModule(runtime, id, deployment);
  };
  const startEcho = () => start('echo', deploymentOf('echoes-http.mjs', { entryPoint: 'createEcho' }));
  const startHungry = (config: Readonly<Record<string, unknown>>) =>
    start('hungry', deploymentOf('holds-memory.mjs', { config }));
  const bothFail = async (config: Readonly<Record<string, unknown>>) => {
    const echo = await startEcho();
    const hungry = await startHungry(config);
    const failures = await Promise.all([failureOf(hungry.run), failureOf(echo.run)]);
    await Promise.all([hungry.run.stop(1000), echo.run.stop(1000)]);
    return failures;
  };
  const echoIsBack = async () => {
    const { run } = await startEcho();
    assert.equal(await (await fetch(`${run.endpoints()[0]?.address}/still`)).text(), 'hello /still');
    await run.stop(1000);
  };

  for (const shape of ['objects', 'strings', 'map', 'json', 'closures']) {
    it(`names the module whose code fills it, and the others may be back at once: ${shape}`, async () => {
      open(64);
      const [filled, lost] = await bothFail({ shape, everyMs: 20 });
      assert.equal(filled.code, 'resource-limit', filled.message);
      assert.match(
        filled.message,
        /^hungry filled the memory of the module host it shares \(64 MB\): of the last \d+ MB its code made about \d+ MB\. The host was ended\. Let it hold less, give it a thread of its own with a limit \(module\.isolation: thread, limits\.memory\.max_rss\), or run it with type: process\.$/,
      );
      assert.equal(lost.code, 'host-lost');
      assert.equal(lost.message, 'echo went down with the module host it shared: hungry filled its memory (64 MB).');
      await echoIsBack();
    });
  }

  const unknown = (id: string) =>
    new RegExp(
      `^${id} went down with the module host it shared: its memory \\(64 MB\\) was full\\. Which of its modules \\(echo, hungry\\) took most cannot be told\\. Give those that hold much threads of their own with a limit \\(module\\.isolation: thread, limits\\.memory\\.max_rss\\), or raise master\\.module_host\\.max_memory\\.$`,
    );

  it('blames nobody for buffers, which are in the name of none', async () => {
    open(64);
    const [one, other] = await bothFail({ shape: 'buffers', everyMs: 20 });
    assert.deepEqual([one.code, other.code], ['host-lost', 'host-lost']);
    assert.match(one.message, unknown('hungry'));
    assert.match(other.message, unknown('echo'));
    await echoIsBack();
  });

  for (const shape of ['objects', 'large arrays', 'map', 'json']) {
    it(`names the module that fills it in a loop which never comes back, with its place: ${shape}`, async () => {
      open(24);
      const [filled, lost] = await bothFail({ shape, pace: 'loop' });
      assert.equal(filled.code, 'resource-limit', filled.message);
      assert.match(
        filled.message,
        /^hungry filled the memory of the module host it shares \(24 MB\) in (?:\w.*\(\)|an anonymous function) \(.*holds-memory\.mjs:\d+\), which never paused\. The host was ended\. Let it hold less, give it a thread of its own .*, or run it with type: process\.$/,
      );
      assert.equal(lost.message, 'echo went down with the module host it shared: hungry filled its memory (24 MB).');
      await echoIsBack();
    });
  }

  const fullBy = (ids: readonly string[], growth: HeapGrowth | undefined) => {
    const members = new Map(ids.map((id, run) => [run, memberOf(id)]));
    return [...explainFullHost({ members, limitBytes: 64 * mega, growth, sight: undefined })];
  };

  it('blames nobody where V8 ended the host before anything was measured', () => {
    const error = Object.assign(new Error('out of memory'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });
    assert.equal(isOutOfMemory(error), true);
    assert.equal(isOutOfMemory(new Error('another')), false);
    for (const [{ id }, { code, message }] of fullBy(['echo', 'hungry'], undefined)) {
      assert.equal(code, 'host-lost');
      assert.match(message, unknown(id));
    }
  });

  it('blames nobody where two took much the same', () => {
    const byRun = [
      [0, 20 * mega],
      [1, 21 * mega],
      [2, 19 * mega],
    ] as const;
    const failures = fullBy(['echo', 'hungry', 'third'], { grownBytes: 62 * mega, byRun });
    assert.deepEqual(
      failures.map(([, { code }]) => code),
      ['host-lost', 'host-lost', 'host-lost'],
    );
  });

  it('may be passed by garbage', async () => {
    open(48);
    const { run, context } = await start(
      'throws-away',
      deploymentOf('makes-garbage.mjs', { config: { megabytes: 400 } }),
    );
    assert.match(context.printed, /made it/);
    await run.stop(1000);
  });
});

/** As much of a run as its sentence takes. */
function memberOf(id: string): HostedRun {
  return {
    id,
    file: `/app/${id}.mjs`,
    folder: '/app',
    starting: false,
    debugging: false,
    loaded: undefined,
    heard: () => undefined,
    fail: () => undefined,
    warn: () => undefined,
  };
}

async function failureOf(run: Run): Promise<WorkerFailure> {
  const end = await run.over;
  return end.how === 'failure' ? end.failure : assert.fail(JSON.stringify(end));
}
