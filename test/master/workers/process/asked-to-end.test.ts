import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { StopConfig } from '../../../../master/config/worker-config.ts';
import { ProcessStage } from '../../../support/process-run.ts';

describe('a process is asked to end', function () {
  this.timeout(30_000);
  let stage: ProcessStage;

  beforeEach(() => {
    stage = new ProcessStage();
  });

  afterEach(() => stage.close());

  const start = async (stop: StopConfig, ending: string) => {
    stage.options = { stop };
    const environment = { GREETING: 'hello' };
    const run = await stage.start(
      stage.worker('ends-on.mjs', [ending, path.join(stage.folder, 'end')], { environment }),
    );
    await stage.printed('ready');
    return run;
  };
  const output = () => readFileSync(stage.output?.stdoutFile ?? '', 'utf8');
  const errors = () => readFileSync(stage.output?.stderrFile ?? '', 'utf8');

  it('by the signal that its configuration names', async () => {
    const run = await start({ signal: 'SIGINT' }, 'SIGINT');
    assert.deepEqual(await run.stop(20_000), { forced: false, leftovers: [] });
    assert.equal(output(), 'ready\ngot SIGINT\n');
  });

  it('by its stop command alone, which runs in its folder and environment and knows its pid', async () => {
    const script =
      'require("fs").writeFileSync("end", [process.argv[1], process.env.HSU_PID, process.env.GREETING].join())';
    const run = await start({ command: process.execPath, args: ['-e', script, '{pid}'] }, 'nothing');
    assert.deepEqual(await run.stop(20_000), { forced: false, leftovers: [] });
    assert.equal(output(), 'ready\n', 'no signal came');
    assert.equal(readFileSync(path.join(stage.folder, 'end'), 'utf8'), `${run.pid},${run.pid},hello`);
  });

  it('by its stop command, which knows the port that it was handed', async () => {
    const script = 'require("fs").writeFileSync("end", process.argv[1])';
    stage.options = { stop: { command: process.execPath, args: ['-e', script, '{port}'] } };
    const run = await stage.start(stage.worker('ends-on.mjs', ['nothing', path.join(stage.folder, 'end'), '{port}']));
    await stage.printed('ready');
    const [endpoint] = run.endpoints();
    assert.deepEqual(await run.stop(20_000), { forced: false, leftovers: [] });
    assert.equal(`http://127.0.0.1:${readFileSync(path.join(stage.folder, 'end'), 'utf8')}`, endpoint?.address);
  });

  it('by a signal where the stop command fails, which its log tells', async () => {
    const run = await start(
      {
        command: process.execPath,
        args: ['-e', 'console.error("no such server"); process.exit(3)'],
        signal: 'SIGUSR2',
      },
      'SIGUSR2',
    );
    assert.equal((await run.stop(20_000)).forced, false);
    assert.equal(output(), 'ready\ngot SIGUSR2\n');
    assert.match(
      errors(),
      /^w: the stop command .*node exited with code 3 \(no such server\): w is asked by a signal\.$/m,
    );
  });

  it('in vain: what its stop command left is killed after the grace time', async () => {
    const run = await start({ command: process.execPath, args: ['-e', ''] }, 'nothing');
    const { forced } = await run.stop(500);
    assert.equal(forced, true);
    assert.deepEqual(await stage.living([run.pid]), []);
  });
});
