import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { systemClock } from '../../../master/clock.ts';
import type { ReadyConfig } from '../../../master/config/worker-config.ts';
import { untilLine } from '../../../master/logs/until-line.ts';
import { untilReady } from '../../../master/readiness/until-ready.ts';
import { handOutPort } from '../../../master/workers/process/hand-out-port.ts';
import { WorkerError, type Run } from '../../../master/workers/worker.ts';
import { nativeLibrary } from '../../support/native-library.ts';
import { ProcessStage } from '../../support/process-run.ts';
import { resolvedWorker } from '../../support/scripted-worker.ts';

describe('readiness', function () {
  this.timeout(60_000);
  let stage: ProcessStage;
  let go: string;

  beforeEach(() => {
    stage = new ProcessStage();
    go = path.join(stage.folder, 'go');
  });

  afterEach(() => stage.close());

  const start = (...args: string[]) =>
    stage.start(stage.worker('says-ready-later.mjs', args, { environment: { HSU_GO: go } }));

  /** Waits for a run, and tells whether the wait is over. */
  const waitFor = (run: Run, ready: ReadyConfig, limitMs = 30_000) => {
    const scope = new AbortController();
    const wait = { isOver: false };
    const over = untilReady(run, resolvedWorker({ ready, startTimeoutMs: limitMs }), limitMs, scope.signal, {
      clock: systemClock,
      untilLine: (id, pattern, signal) => untilLine(stage.logs, id, pattern, signal),
    }).finally(() => (wait.isOver = true));
    return { over, wait, scope };
  };

  const ways = [
    ['a line of the log, colours aside', 'log', { log: '^Server listening on port \\d+$' }],
    ['its own READY=1 in the file', 'notify', { notify: true }],
  ] as const;
  for (const [what, way, ready] of ways) {
    it(`comes by ${what}, and not before`, async () => {
      if (way === 'notify') stage.options = { notifyFolder: stage.folder };
      const run = await start(way);
      const { over, wait } = waitFor(run, ready);
      await stage.printed('up');
      assert.equal(wait.isOver, false);
      writeFileSync(go, '');
      await over;
    });
  }

  it('comes by an open port, and not by a program that had the port before', async () => {
    const port = await handOutPort();
    const stranger = createServer().listen(port, '127.0.0.1');
    const run = await start('port', String(port));
    const { over } = waitFor(run, { port }, 400);
    await assert.rejects(over, ({ message }: Error) =>
      new RegExp(`it does not listen on port ${port}: .* \\(pid ${process.pid}\\) does, and was there before`).test(
        message,
      ),
    );
    await new Promise((resolve) => stranger.close(resolve));
    const later = waitFor(run, { port });
    writeFileSync(go, '');
    await later.over;
  });

  it('comes only when everything that is written is shown', async () => {
    stage.options = { notifyFolder: stage.folder };
    const run = await start('notify');
    const { over } = waitFor(run, { notify: true, log: 'never written' }, 500);
    writeFileSync(go, '');
    await assert.rejects(
      over,
      /w did not become ready within 0\.5 s: it wrote no line that matches "never written"\. See its log, correct "ready\.log", or raise "start_timeout"\./,
    );
  });

  it('is a failure after its time, never "ready"', async () => {
    stage.options = { notifyFolder: stage.folder };
    const run = await start('nothing');
    for (const [ready, missing] of [
      [{ notify: true }, 'did not say READY=1'],
      [{ log: 'x' }, 'wrote no line that matches "x"'],
      [{ port: await handOutPort() }, 'accepts no connection on port'],
    ] as const) {
      await assert.rejects(waitFor(run, ready, 200).over, (error: unknown) => {
        assert.ok(error instanceof WorkerError);
        assert.equal(error.failure.code, 'not-ready');
        assert.ok(error.message.includes(missing), error.message);
        return true;
      });
    }
  });

  it('ends with the start that waits for it', async () => {
    stage.options = { notifyFolder: stage.folder };
    const run = await start('nothing');
    for (const ready of [{ notify: true }, { log: 'x' }, { port: await handOutPort() }]) {
      const { over, scope } = waitFor(run, ready);
      scope.abort(new Error('stopped'));
      await assert.rejects(over, /stopped/);
    }
  });

  it('is remembered by a run that a later master takes over', async () => {
    stage.options = { notifyFolder: stage.folder };
    const run = await start('nothing');
    run.noteReady?.();
    const saved = run.saved();
    assert.ok(saved);
    const adopted = await stage.adopt(stage.worker('says-ready-later.mjs'), saved);
    assert.ok(adopted);
    await waitFor(adopted, { notify: true, log: 'x' }, 200).over;
  });

  it('comes by sd_notify, where koffi is installed beside the worker', async function () {
    await nativeLibrary('counter');
    symlinkSync(path.join(ROOT_FOLDER, '.cache/native/node_modules'), path.join(stage.folder, 'node_modules'));
    stage.options = { notifyFolder: stage.folder };
    const run = await stage.start(stage.worker('prints-its-environment.mjs'));
    const { over, wait } = waitFor(run, { notify: true });
    const socket = /"NOTIFY_SOCKET":"([^"]*)"/.exec(await stage.printed('\n'))?.[1] ?? '';
    const send =
      'import socket,sys; socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(sys.argv[2].encode(), sys.argv[1])';
    const say = (message: string) => execFileSync('python3', ['-c', send, socket, message], { stdio: 'ignore' });
    say('STATUS=Loading');
    assert.equal(wait.isOver, false);
    say('READY=1\nMAINPID=1');
    await over;
    assert.throws(() => say('WATCHDOG=1'), 'a later message is refused at once, and blocks nobody');
  });
});
