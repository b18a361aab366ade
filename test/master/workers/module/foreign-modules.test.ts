import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import type { LimitsConfig } from '../../../../master/config/worker-config.ts';
import type { WorkerFailure } from '../../../../master/lifecycle/worker-snapshot.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { WorkerError } from '../../../../master/workers/worker.ts';
import { deploymentOf, startModule, testKey } from '../../../support/module-run.ts';
import { buildLibrary, compilerPatienceMs, documentedLibrary, nativeLibrary } from '../../../support/native-library.ts';

describe('modules that are not JavaScript', function () {
  this.timeout(120_000);
  let runtime: ModuleRuntime;
  before(() => {
    runtime = new ModuleRuntime({ masterKey: testKey });
  });
  after(() => runtime.dispose());

  const refusal = async (deployment: ModuleDeployment, limits?: LimitsConfig): Promise<WorkerFailure> => {
    try {
      await startModule(runtime, 'w', deployment, limits);
    } catch (error) {
      assert.ok(error instanceof WorkerError, String(error));
      return error.failure;
    }
    return assert.fail('it started');
  };

  describe('WebAssembly', () => {
    const wasm = (file: string, entryPoint?: string): ModuleDeployment => {
      const { entryPoint: _, ...rest } = deploymentOf(path.join('wasm', file), { isolation: 'wasm' });
      return entryPoint === undefined ? rest : { ...rest, entryPoint };
    };

    it('runs a command to its exit code and catches what it prints', async () => {
      const { run, context } = await startModule(runtime, 'hello', wasm('hello.wasm'));
      assert.deepEqual(await run.over, { how: 'exit', code: 4, signal: null });
      assert.equal(context.printed, 'hello from wasm\n');
      await run.stop(100);
    });

    it('may have the memory of its limit to the byte', async () => {
      const limits = { maxRssBytes: 1024 ** 2 };
      const { run } = await startModule(runtime, 'grows', wasm('grows.wasm'), limits);
      assert.equal(run.enforcement?.memoryLimit, 'enforced');
      assert.deepEqual(await run.over, { how: 'exit', code: 16, signal: null });
      await run.stop(100);
    });

    it('is refused where it begins with more than its limit', async () => {
      const failure = await refusal(wasm('grows.wasm'), { maxRssBytes: 65_536 });
      assert.equal(failure.code, 'resource-limit');
      assert.match(failure.message, /^w cannot be loaded: .* begins with more memory than limits\.memory allows/);
    });

    it('sees the folders it is given, and no other', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'hsu-wasm-'));
      try {
        await writeFile(path.join(folder, 'note.txt'), 'noted\n');
        const given = { ...wasm('reads.wasm'), config: { preopens: { '/data': folder } } };
        for (const [deployment, code, printed] of [
          [given, 0, 'noted\n'],
          [wasm('reads.wasm'), 1, ''],
        ] as const) {
          const { run, context } = await startModule(runtime, 'reads', deployment);
          assert.deepEqual(await run.over, { how: 'exit', code, signal: null });
          assert.equal(context.printed, printed);
          await run.stop(100);
        }
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('runs a reactor through its exported life', async () => {
      const { run, context } = await startModule(runtime, 'service', wasm('service.wasm'));
      assert.equal(await run.healthy(new AbortController().signal), true);
      assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
      assert.equal(context.printed, 'up\ndown\n');
    });

    it('refuses a start that traps or returns a failure', async () => {
      assert.match(
        (await refusal(wasm('service.wasm', 'trap'))).message,
        /^w threw in start\(\): RuntimeError: unreachable/,
      );
      assert.match(
        (await refusal(wasm('service.wasm', 'refuse'))).message,
        /^w threw in start\(\): it returned 5, expected 0/,
      );
    });

    it('names what a file exports instead of the entry point', async () => {
      const failure = await refusal(wasm('service.wasm', 'begin'));
      assert.equal(failure.code, 'module-contract');
      assert.match(
        failure.message,
        /it exports neither _start nor begin, but start, stop, is_healthy, trap, refuse, spin\./,
      );
    });

    it('refuses a file that is no WebAssembly', async () => {
      const failure = await refusal(wasm('corrupted.wasm'));
      assert.equal(failure.code, 'module-syntax');
      assert.match(failure.message, /corrupted\.wasm is no valid WebAssembly \(.*\)\. Build it again\.$/);
    });

    it('ends a start that spins when it is cancelled', async () => {
      const worker = runtime.createWorker({ id: 'spins', deployment: wasm('service.wasm', 'spin') });
      const abort = new AbortController();
      const output = { stdoutFile: '', stderrFile: '', write: () => undefined };
      const starting = worker.start({ signal: abort.signal, number: 1, output, changed: () => undefined });
      setImmediate(() => {
        abort.abort(new Error('cancelled'));
      });
      await assert.rejects(starting, { message: 'cancelled' });
    });
  });

  describe('native libraries', () => {
    let library: string;
    before(async () => {
      library = await nativeLibrary('counter');
    });
    const native = (entryPoint: string, more: Partial<ModuleDeployment> = {}): ModuleDeployment => ({
      ...deploymentOf('x', { isolation: 'native', entryPoint }),
      path: library,
      folder: path.dirname(library),
      ...more,
    });

    it('live through the C interface, several times in a row', async () => {
      for (let round = 0; round < 3; round++) {
        const { run } = await startModule(runtime, 'counter', native('CreateDataProcessor'));
        assert.equal(await run.healthy(new AbortController().signal), true);
        assert.deepEqual(run.fate, { scope: 'master', with: [] });
        assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
      }
    });

    const guide = [
      ['go', 'CreateBeat'],
      ['rust', 'create_beat'],
    ] as const;
    for (const [language, entryPoint] of guide) {
      it(`are written in ${language} as the guide shows`, async function () {
        this.timeout(compilerPatienceMs);
        const built = await documentedLibrary(language);
        for (let round = 0; round < 3; round++) {
          const { run } = await startModule(runtime, 'beat', native(entryPoint, { path: built }));
          assert.deepEqual(await run.stop(5000), { forced: false, leftovers: [] });
        }
      });
    }

    it('refuse with their own words', async () => {
      const failure = await refusal(native('CreateDataProcessor', { config: { refuse: true } }));
      assert.match(failure.message, /^w threw in initialize\(\): the configuration refuses/);
    });

    it('are refused without the function that entry_point names', async () => {
      const failure = await refusal(native('CreateNothing'));
      assert.equal(failure.code, 'module-factory');
      assert.match(
        failure.message,
        /counter\.so: it has no function CreateNothing\. Export it as docs\/hsu-module\.h says/,
      );
    });

    it('are refused when they are none', async () => {
      const file = path.join(path.dirname(library), 'none.so');
      await writeFile(file, 'not a library');
      const failure = await refusal(native('CreateDataProcessor', { path: file }));
      assert.equal(failure.code, 'module-syntax');
      assert.match(failure.message, /Build none\.so for this machine/);
    });

    it('say how to get koffi where it is missing', async () => {
      const folder = await mkdtemp(path.join(tmpdir(), 'hsu-native-'));
      try {
        const alone = await buildLibrary('counter', folder);
        const failure = await refusal(native('CreateDataProcessor', { path: alone }));
        assert.equal(failure.code, 'module-not-found');
        assert.match(
          failure.message,
          /a native library needs koffi, which is not installed\. Run "npm install koffi" in /,
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  });
});
