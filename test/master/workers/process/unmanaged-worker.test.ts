import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DiscoveryConfig, StopConfig } from '../../../../master/config/worker-config.ts';
import { createUnmanagedWorker } from '../../../../master/workers/process/unmanaged-worker.ts';
import { thisMachine } from '../../../../master/workers/process/table/process-table.ts';
import { WorkerError, type Run } from '../../../../master/workers/worker.ts';
import { ProcessStage } from '../../../support/process-run.ts';

describe('unmanaged worker', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let stage: ProcessStage;
  let stranger: ChildProcess;
  let port = '';
  beforeEach(async () => {
    stage = new ProcessStage();
    const program = path.join(ROOT_FOLDER, 'test/fixtures/programs/listens.mjs');
    stranger = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'], env: {} });
    const said = stranger.stdout ? await once(stranger.stdout, 'data') : [];
    port = /ready (\d+)/.exec(String(said[0]))?.[1] ?? '';
  });
  afterEach(async () => {
    stranger.kill('SIGKILL');
    await stage.close();
  });

  const workerOf = (discovery: Partial<DiscoveryConfig>, stop?: StopConfig) => {
    const whole = { method: 'pid-file', canTerminate: false, canRestart: false, ...discovery } as const;
    const asked = stop ? { stop, command: { workingDirectory: stage.folder, environment: {} } } : {};
    return createUnmanagedWorker({ id: 'u', discovery: whole, endpoints: [], ...asked });
  };
  const start = async (discovery: Partial<DiscoveryConfig>, stop?: StopConfig): Promise<Run> =>
    workerOf(discovery, stop).start(await stage.context());
  const pidFile = (text: string) => {
    const file = path.join(stage.folder, 'a.pid');
    writeFileSync(file, text);
    return file;
  };

  it('is found by its pid file, and observed', async () => {
    const run = await start({ pidFile: pidFile(`${stranger.pid}\n`) });
    assert.equal(run.pid, stranger.pid);
    await run.discover();
    assert.deepEqual(
      run.endpoints().map(({ address }) => address),
      [`http://127.0.0.1:${port}`],
    );
    assert.ok(((await run.resources())?.rss_bytes ?? 0) > 0);
    assert.equal(run.saved(), null);
  });

  it('is found by the port it listens on', async () => {
    assert.equal((await start({ method: 'port', port: Number(port) })).pid, stranger.pid);
  });

  it('is found by the UDP port it is bound to', async () => {
    const program = `require('node:dgram').createSocket('udp4').bind(0, function () { console.log(this.address().port) })`;
    const bound = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const said = await once(bound.stdout, 'data');
      assert.equal((await start({ method: 'port', port: Number(said[0]), protocol: 'udp' })).pid, bound.pid);
    } finally {
      bound.kill('SIGKILL');
    }
  });

  it('is found by its name among those with the same arguments', async () => {
    const name = path.basename(process.execPath);
    const [, program = ''] = stranger.spawnargs;
    const named = { method: 'process-name', processName: name, processArgs: [program] } as const;
    assert.equal((await start(named)).pid, stranger.pid);
  });

  it('is found by its service, as the service manager tells its process', async () => {
    const folder = path.join(stage.folder, 'bin');
    mkdirSync(folder);
    // What the service manager would answer, where there is none to ask.
    const answer = `#!/bin/sh\nfor last; do :; done\n[ "$last" = web ] && echo MainPID=${stranger.pid} || echo MainPID=0\n`;
    for (const name of ['systemctl', 'launchctl']) writeFileSync(path.join(folder, name), answer, { mode: 0o755 });
    const searched = process.env['PATH'] ?? '';
    process.env['PATH'] = `${folder}:${searched}`;
    try {
      assert.equal((await start({ method: 'service-name', serviceName: 'web' })).pid, stranger.pid);
      await assert.rejects(start({ method: 'service-name', serviceName: 'other' }), /no running service other/);
    } finally {
      process.env['PATH'] = searched;
    }
  });

  it('is only let go of by a stop, unless it may be ended', async () => {
    const observed = await start({ pidFile: pidFile(`${stranger.pid}`) });
    const report = await observed.stop(1000);
    assert.match(report.spared ?? '', /goes on: u is only observed, because can_terminate is not set/);
    assert.equal(stranger.exitCode, null);

    const owned = await start({ pidFile: pidFile(`${stranger.pid}`), canTerminate: true });
    const exited = once(stranger, 'exit');
    await owned.stop(10_000);
    assert.deepEqual(await exited, [0, null]);
  });

  it('that was ended is waited for until who manages it has brought it back', async () => {
    const file = pidFile(`${stranger.pid}`);
    const worker = workerOf({ pidFile: file, canTerminate: true });
    const first = await worker.start(await stage.context());
    const exited = once(stranger, 'exit');
    await first.stop(10_000);
    await exited;
    let isFound = false;
    const second = worker.start(await stage.context(2)).finally(() => (isFound = true));
    // Until then its pid file names who is gone.
    for (let look = 0; look < 5; look += 1) await thisMachine.list();
    assert.equal(isFound, false);
    stranger = spawn('sleep', ['600'], { stdio: 'ignore' });
    writeFileSync(file, `${stranger.pid}`);
    assert.equal((await second).pid, stranger.pid);
  });

  it('that was ended is no longer waited for when its start is given up', async () => {
    const worker = workerOf({ pidFile: pidFile(`${stranger.pid}`), canTerminate: true });
    await (await worker.start(await stage.context())).stop(10_000);
    const scope = new AbortController();
    const second = worker.start(await stage.context(2, { signal: scope.signal }));
    scope.abort(new Error('stopped'));
    await assert.rejects(second);
  });

  describe('whose signals are limited by allowed_signals', () => {
    const owned = (allowedSignals: DiscoveryConfig['allowedSignals'] & object, stop?: StopConfig) =>
      start({ pidFile: pidFile(`${stranger.pid}`), canTerminate: true, allowedSignals }, stop);

    it('is not asked to end by a signal that is not allowed', async () => {
      const why = /goes on: u may not be sent SIGTERM, because allowed_signals allows only SIGHUP, SIGUSR1$/;
      assert.match((await (await owned(['SIGHUP', 'SIGUSR1'])).stop(10_000)).spared ?? '', why);
      assert.match((await (await owned([])).stop(0)).spared ?? '', /may not be sent SIGTERM, .* allows none$/);
      assert.deepEqual([stranger.exitCode, stranger.signalCode], [null, null]);
    });

    it('is asked by the signal that stop names', async () => {
      const exited = once(stranger, 'exit');
      const report = await (await owned(['SIGINT'], { signal: 'SIGINT' })).stop(10_000);
      assert.deepEqual(report, { forced: false, leftovers: [] });
      assert.deepEqual(await exited, [null, 'SIGINT']);
    });

    it('is ended by the command of stop without any signal', async () => {
      const exited = once(stranger, 'exit');
      const command = `process.kill(Number(process.argv[1]), 'SIGQUIT')`;
      const run = await owned([], { command: process.execPath, args: ['-e', command, '{pid}'] });
      assert.deepEqual(await run.stop(10_000), { forced: false, leftovers: [] });
      assert.equal((await exited)[1], 'SIGQUIT');
    });

    it('is not killed where only asking is allowed', async () => {
      const program = path.join(ROOT_FOLDER, 'test/fixtures/programs/ignores-term.mjs');
      const deaf = spawn(process.execPath, [program, '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
      try {
        await once(deaf.stdout, 'data');
        const run = await start({ pidFile: pidFile(`${deaf.pid}`), canTerminate: true, allowedSignals: ['SIGTERM'] });
        const report = await run.stop(100);
        assert.equal(report.forced, false);
        assert.match(report.spared ?? '', /did not end when asked: u may not be sent SIGKILL, .* allows only SIGTERM$/);
        assert.match((await run.stop(0)).spared ?? '', /\) goes on: u may not be sent SIGKILL/);
        assert.deepEqual([deaf.exitCode, deaf.signalCode], [null, null]);
      } finally {
        deaf.kill('SIGKILL');
      }
    });

    it('is told to open no inspector', async () => {
      const run = await owned(['SIGTERM']);
      await assert.rejects(
        run.openInspector({}),
        /u cannot be debugged: u may not be sent SIGUSR1, because allowed_signals allows only SIGTERM\. Add SIGUSR1/,
      );
    });
  });

  it('its end is noticed', async () => {
    const run = await start({ pidFile: pidFile(`${stranger.pid}`) });
    stranger.kill('SIGKILL');
    assert.equal((await run.over).how, 'failure');
  });

  const missing: readonly (readonly [what: string, discovery: () => Partial<DiscoveryConfig>, says: RegExp])[] = [
    ['no pid file', () => ({ pidFile: '/no/such.pid' }), /its pid file \/no\/such\.pid cannot be read/],
    ['no number in it', () => ({ pidFile: pidFile('soon') }), /holds no process id/],
    ['a stale one', () => ({ pidFile: pidFile('4194304') }), /process 4194304 of its pid file .* is not alive/],
    ['no such name', () => ({ method: 'process-name', processName: 'nobody-is-called-so' }), /no process has the name/],
    [
      'no such arguments',
      () => ({
        method: 'process-name',
        processName: path.basename(process.execPath),
        processArgs: ['--nobody-has-it'],
      }),
      /no process has the name \S+ and the arguments --nobody-has-it/,
    ],
    ['nobody on the UDP port', () => ({ method: 'port', port: 1, protocol: 'udp' }), /listens on UDP port 1/],
    ['nobody on the port', () => ({ method: 'port', port: 1 }), /listens on port 1/],
    ['no such service', () => ({ method: 'service-name', serviceName: 'no-such' }), /no running service no-such/],
  ];
  for (const [what, discovery, says] of missing) {
    it(`says ${what}`, async () => {
      const error = await start(discovery()).catch((reason: unknown) => reason);
      assert.ok(error instanceof WorkerError);
      assert.equal(error.failure.code, 'not-ready');
      assert.match(error.failure.message, says);
    });
  }
});
