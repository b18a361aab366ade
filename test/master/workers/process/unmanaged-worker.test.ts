import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DiscoveryConfig } from '../../../../master/config/worker-config.ts';
import { parseServicePid, serviceQuery } from '../../../../master/workers/process/find-unmanaged.ts';
import { createUnmanagedWorker } from '../../../../master/workers/process/unmanaged-worker.ts';
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

  const start = async (discovery: Partial<DiscoveryConfig>): Promise<Run> => {
    const whole = { method: 'pid-file', canTerminate: false, canRestart: false, ...discovery } as const;
    return createUnmanagedWorker({ id: 'u', discovery: whole, endpoints: [] }).start(await stage.context());
  };
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

  it('is only let go of by a stop, unless it may be ended', async () => {
    const observed = await start({ pidFile: pidFile(`${stranger.pid}`) });
    const report = await observed.stop(1000);
    assert.match(report.leftovers.join(), /goes on: u is only observed, because can_terminate is not set/);
    assert.equal(stranger.exitCode, null);

    const owned = await start({ pidFile: pidFile(`${stranger.pid}`), canTerminate: true });
    const exited = once(stranger, 'exit');
    await owned.stop(10_000);
    assert.deepEqual(await exited, [0, null]);
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

  it('reads the pid that each service manager tells', () => {
    assert.equal(parseServicePid('MainPID=4711\n'), 4711);
    assert.equal(parseServicePid('MainPID=0\n'), undefined);
    assert.equal(parseServicePid('{\n\t"Label" = "a";\n\t"PID" = 4711;\n};'), 4711);
    assert.equal(parseServicePid('SERVICE_NAME: a\n        PID                : 4711\n'), 4711);
    assert.equal(parseServicePid(''), undefined);
    assert.deepEqual(serviceQuery('win32', 'a'), ['sc.exe', 'queryex', 'a']);
    assert.deepEqual(serviceQuery('darwin', 'a'), ['launchctl', 'list', 'a']);
    assert.deepEqual(serviceQuery('linux', '-a'), ['systemctl', 'show', '--property=MainPID', '--', '-a']);
  });
});
