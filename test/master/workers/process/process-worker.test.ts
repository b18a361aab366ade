import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { WorkerError, type RunEnd, type SavedRun } from '../../../../master/workers/worker.ts';
import { thisMachine, type ProcessTable } from '../../../../master/workers/process/table/process-table.ts';
import { until } from '../../../support/until.ts';
import { ProcessStage } from '../../../support/process-run.ts';

describe('process worker', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let stage: ProcessStage;
  beforeEach(() => {
    stage = new ProcessStage();
  });
  afterEach(() => stage.close());

  it('runs a Node script, says its pid, and ends with its code', async () => {
    const run = await stage.start(stage.worker('exits.mjs', ['0']));
    assert.ok(run.pid > 0);
    assert.equal(run.hostPid, run.pid);
    assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
  });

  it('explains an end by its exit code and the last words on stderr', async () => {
    const run = await stage.start(stage.worker('exits.mjs', ['3', 'Error: no such table "orders"']));
    assert.deepEqual(await failureOf(run.over), {
      code: 'exited',
      message: 'w exited with code 3: Error: no such table "orders"',
    });
  });

  it('explains an end by a signal', async () => {
    const run = await stage.start(stage.worker('says-ready.mjs'));
    await stage.printed('ready');
    process.kill(run.pid, 'SIGKILL');
    assert.equal((await failureOf(run.over)).code, 'crashed');
  });

  it('names the port when it is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const address = holder.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const run = await stage.start(stage.worker('takes-a-port.mjs', [String(port)]));
    const failure = await failureOf(run.over);
    holder.close();
    assert.equal(failure.code, 'port-in-use');
    assert.match(failure.message, new RegExp(`^w could not listen on port ${port}: .* give w another port\\.$`));
  });

  it('gives a child its own environment, marked, without what is meant for the master and its editor', async () => {
    const foreign = { ELECTRON_RUN_AS_NODE: '1', VSCODE_PID: '1', HSU_RUNTIME_DIR: '/x' };
    Object.assign(process.env, foreign);
    try {
      const worker = stage.worker('prints-its-environment.mjs', [], { environment: { GREETING: 'good day' } });
      const run = await stage.start(worker, 7, { port: 4711 });
      await run.over;
    } finally {
      for (const name of Object.keys(foreign)) delete process.env[name];
    }
    const environment = JSON.parse(await stage.printed('\n')) as Record<string, string>;
    const { GREETING, HSU_PORT, HSU_WORKER_ID, HSU_MASTER, HSU_RUN, PATH } = environment;
    assert.deepEqual(
      { GREETING, HSU_PORT, HSU_WORKER_ID, HSU_MASTER, HSU_RUN, PATH },
      {
        GREETING: 'good day',
        HSU_PORT: '4711',
        HSU_WORKER_ID: 'w',
        HSU_MASTER: stage.masterKey,
        HSU_RUN: '7',
        PATH: process.env['PATH'],
      },
    );
    assert.equal(environment['VSCODE_PID'], undefined);
    assert.equal(environment['HSU_RUNTIME_DIR'], undefined);
  });

  it('is told to stop while it starts: nothing is left', async () => {
    const scope = new AbortController();
    const starting = stage.start(stage.worker('says-ready.mjs'), 1, { signal: scope.signal });
    scope.abort();
    await assert.rejects(starting, WorkerError);
    const marked = (await thisMachine.list()).filter((entry) => entry.carries([`HSU_MASTER=${stage.masterKey}`]));
    assert.deepEqual(marked, []);
  });

  describe('prepare', () => {
    const cases: readonly {
      readonly what: string;
      readonly make: (folder: string) => { executable: string; workingDirectory?: string };
      readonly code: string;
      readonly says: RegExp;
    }[] = [
      {
        what: 'a program that does not exist',
        make: (folder) => ({ executable: path.join(folder, 'nothing') }),
        code: 'executable-not-found',
        says: /^w cannot start: .*nothing does not exist\. Build or install it, or correct executable_path\.$/,
      },
      {
        what: 'a folder',
        make: (folder) => ({ executable: folder }),
        code: 'executable-not-runnable',
        says: /is not a file/,
      },
      {
        what: 'a file that may not be run',
        make: (folder) => {
          const executable = path.join(folder, 'data.bin');
          writeFileSync(executable, '');
          chmodSync(executable, 0o644);
          return { executable };
        },
        code: 'executable-not-runnable',
        says: /chmod \+x .*data\.bin/,
      },
      {
        what: 'a missing working directory',
        make: (folder) => ({ executable: process.execPath, workingDirectory: path.join(folder, 'missing') }),
        code: 'configuration',
        says: /working directory .*missing does not exist/,
      },
    ];
    for (const { what, make, code, says } of cases) {
      it(`refuses ${what}`, async () => {
        const error = await stage
          .worker('', [], make(stage.folder))
          .prepare()
          .catch((reason: unknown) => reason);
        assert.ok(error instanceof WorkerError);
        assert.equal(error.failure.code, code);
        assert.match(error.failure.message, says);
      });
    }

    it('accepts what can be run', async () => {
      await stage.worker('says-ready.mjs').prepare();
      await stage.worker('', [], { executable: process.execPath }).prepare();
    });
  });

  it('a file that is no program of this machine is a failure, not a crash', async () => {
    const executable = path.join(stage.folder, 'garbage');
    writeFileSync(executable, '#!/no/such/interpreter\n');
    chmodSync(executable, 0o755);
    const error = await stage.start(stage.worker('', [], { executable })).catch((reason: unknown) => reason);
    assert.ok(error instanceof WorkerError);
    assert.equal(error.failure.code, 'executable-not-found');
    assert.match(error.failure.message, /the interpreter its first line names/);
  });

  it('the working directory removed since is a failure that names it', async () => {
    const workingDirectory = path.join(stage.folder, 'gone');
    const error = await stage.start(stage.worker('says-ready.mjs', [], { workingDirectory })).catch((e: unknown) => e);
    assert.ok(error instanceof WorkerError);
    assert.match(error.failure.message, /working directory .*gone does not exist/);
  });

  it('finds the address it listens on', async () => {
    const run = await stage.start(stage.worker('listens.mjs'));
    const port = /ready (\d+)/.exec(await stage.printed('\n'))?.[1];
    assert.deepEqual(run.endpoints(), []);
    await run.discover();
    assert.deepEqual(run.endpoints(), [
      { name: 'http', type: 'url', address: `http://127.0.0.1:${port}`, origin: 'discovered' },
    ]);
    assert.equal(stage.changes, 1);
  });

  describe('a port from the master', () => {
    it('is handed over as HSU_PORT and --port, kept over restarts, and known to whoever takes over', async () => {
      stage.options = { isIntegrated: true };
      const worker = stage.worker('listens.mjs');
      const first = await stage.start(worker);
      await stage.printed('ready');
      const [endpoint] = first.endpoints();
      assert.equal(endpoint?.origin, 'assigned');
      assert.equal((await fetch(`${endpoint.address}/health`)).status, 200);
      const saved = first.saved();
      assert.ok(saved);
      const adopted = await stage.adopt(stage.worker('listens.mjs'), saved);
      assert.deepEqual(adopted?.endpoints(), [endpoint]);
      await first.stop(10_000);
      assert.deepEqual((await stage.start(worker, 2)).endpoints(), [endpoint]);
    });

    it('stands where {port} is written', async () => {
      const run = await stage.start(stage.worker('takes-a-port.mjs', ['{port}']));
      await stage.printed('ready');
      const before = run.endpoints();
      await run.discover();
      assert.equal(before[0]?.origin, 'assigned');
      assert.deepEqual(run.endpoints(), before);
    });
  });

  it('reads its env_file at each start; its environment wins', async () => {
    const envFile = path.join(stage.folder, '.env');
    writeFileSync(envFile, '# names\nA=1\nB="two words"\nC=3\n');
    const worker = stage.worker('prints-its-environment.mjs', [], { envFile, environment: { C: 'mine' } });
    await (
      await stage.start(worker)
    ).over;
    const { A, B, C } = JSON.parse(await stage.printed('\n')) as Record<string, string>;
    assert.deepEqual({ A, B, C }, { A: '1', B: 'two words', C: 'mine' });

    const missing = stage.worker('says-ready.mjs', [], { envFile: '/no/such.env' });
    await assert.rejects(
      stage.start(missing, 2),
      /^WorkerError: w cannot start: its env_file \/no\/such\.env does not exist/,
    );
  });

  it('measures what its whole tree uses', async () => {
    const run = await stage.start(stage.worker('forks-setsid-grandchild.mjs'));
    await stage.members(2);
    assert.equal((await run.resources())?.cpu_percent, null);
    const second = await run.resources();
    assert.ok((second?.rss_bytes ?? 0) > 20_000_000);
    assert.ok((second?.cpu_percent ?? -1) >= 0);
  });

  it('remembers of its tree no more than lives, however much of it comes and goes', async () => {
    const remembered: number[] = [];
    const table: ProcessTable = {
      ...thisMachine,
      tree: (roots) => {
        remembered.push(roots.known.size);
        return thisMachine.tree(roots);
      },
    };
    const program = `let ended = 0;
      const { spawn } = require('node:child_process');
      const next = () => spawn('sleep', ['0.02']).once('exit', () => (console.log('ended', (ended += 1)), next()));
      next();`;
    stage.options = { table };
    const run = await stage.start(stage.worker('', ['-e', program], { executable: process.execPath }));
    for (let child = 1; child <= 30; child += 1) {
      await stage.printed(`ended ${child}\n`);
      await run.resources();
    }
    assert.ok(Math.max(...remembered) <= 3, remembered.join());
  });

  it('opens the inspector of a Node process on demand', async () => {
    const run = await stage.start(stage.worker('says-ready.mjs'));
    await stage.printed('ready');
    const url = await run.openInspector({});
    assert.match(url, /^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-f-]+$/);
    assert.equal(run.debugging, true);
  });

  const isHeld = async (pids: readonly number[]) =>
    (await Promise.all(pids.map((pid) => thisMachine.find(pid)))).map((entry) => entry?.isHeld);

  it('is held as a tree, with who has left its session, and goes on as one', async () => {
    const run = await stage.start(stage.worker('forks-setsid-grandchild.mjs'));
    const members = await stage.members(2);
    await run.hold?.();
    await until(async () => (await isHeld(members)).every(Boolean), 'a tree that stands still');
    await run.goOn?.();
    await until(async () => !(await isHeld(members)).some(Boolean), 'a tree that goes on');
  });

  it('that is held ends when it is asked', async () => {
    const run = await stage.start(stage.worker('says-ready.mjs'));
    await stage.printed('ready');
    await run.hold?.();
    assert.deepEqual(await run.stop(10_000), { forced: false, leftovers: [] });
  });

  describe('adoption', () => {
    it('lets go on what the former master held', async () => {
      const first = await stage.start(stage.worker('forks-setsid-grandchild.mjs'));
      const members = await stage.members(2);
      const saved = first.saved();
      assert.ok(saved);
      await first.hold?.();
      await until(async () => (await isHeld(members)).every(Boolean), 'a tree that stands still');
      const adopted = await stage.adopt(stage.worker('forks-setsid-grandchild.mjs'), saved);
      assert.equal(adopted?.pid, first.pid);
      await until(async () => !(await isHeld(members)).some(Boolean), 'a tree that goes on');
    });

    it('takes over the live process with its pid, and notices its end', async () => {
      const first = await stage.start(stage.worker('says-ready.mjs'));
      await stage.printed('ready');
      const saved = first.saved();
      assert.ok(saved);

      const adopted = await stage.adopt(stage.worker('says-ready.mjs'), saved);

      assert.equal(adopted?.pid, first.pid);
      process.kill(first.pid, 'SIGKILL');
      const end = await adopted.over;
      assert.equal(end.how, 'failure');
      assert.deepEqual(await adopted.stop(0), { forced: false, leftovers: [] });
    });

    const forgeries: readonly { readonly what: string; readonly change: Partial<SavedRun> }[] = [
      { what: 'another start time: the pid was used again', change: { processStart: '1' } },
      { what: 'another boot of the machine', change: { boot: 'another' } },
      { what: 'the pid of a stranger', change: { pid: 1 } },
    ];
    for (const { what, change } of forgeries) {
      it(`refuses ${what}, and ends what is ours`, async () => {
        const first = await stage.start(stage.worker('says-ready.mjs'));
        await stage.printed('ready');
        const saved = first.saved();
        assert.ok(saved);
        assert.equal(await stage.adopt(stage.worker('says-ready.mjs'), { ...saved, ...change }), undefined);
        await until(
          async () => (await stage.living([first.pid])).length === 0,
          'the end of the process of the former master',
        );
      });
    }

    it('refuses this very process, which carries no marks', async () => {
      const first = await stage.start(stage.worker('exits.mjs'));
      await first.over;
      const saved = first.saved();
      assert.ok(saved);
      assert.equal(await stage.adopt(stage.worker('exits.mjs'), { ...saved, pid: process.pid }), undefined);
    });
  });
});

async function failureOf(over: Promise<RunEnd>): Promise<{ code: string; message: string }> {
  const end = await over;
  assert.equal(end.how, 'failure');
  return { code: end.failure.code, message: end.failure.message };
}
