import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import module from 'node:module';
import path from 'node:path';
import type { ModuleDeployment } from '../../../../master/config/deployment.ts';
import type { ModulePermissions } from '../../../../master/config/worker-config.ts';
import { moduleProcessCommand } from '../../../../master/workers/module/module-process-command.ts';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { WorkerError } from '../../../../master/workers/worker.ts';
import { askToExit, deploymentOf, programOf, startModule, testKey } from '../../../support/module-run.ts';
import { execa } from 'execa';

const none: ModulePermissions = { fsRead: [], fsWrite: [], childProcess: false, addons: false };

describe('the permissions of a module', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000);
  let runtime: ModuleRuntime;
  let folder: string;
  let secret: string;
  let output: string;
  before(() => {
    runtime = new ModuleRuntime({ masterKey: testKey });
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hsu-permissions-')));
    secret = path.join(folder, 'secret.txt');
    output = path.join(folder, 'output.txt');
    writeFileSync(secret, 'secret');
  });
  after(async () => {
    await runtime.dispose();
    rmSync(folder, { recursive: true });
  });

  const wants = () => ({ read: secret, write: output, spawn: process.execPath, addon: './no-addon.node' });
  const tries = (more: Partial<ModuleDeployment>) =>
    startModule(runtime, 'tries', deploymentOf('tries.mjs', { isolation: 'thread', config: wants(), ...more }));

  it('are refused in a thread where they are not written', async () => {
    const { run, context } = await tries({ permissions: none });
    assert.equal(run.enforcement?.permissions, 'enforced');
    assert.match(context.printed, /read: ERR_ACCESS_DENIED\nwrite: ERR_ACCESS_DENIED\nspawn: ERR_ACCESS_DENIED/);
    await run.stop(1000);
  });

  it('are granted one by one', async () => {
    const permissions = { ...none, fsRead: [folder], fsWrite: [output], childProcess: true };
    const { run, context } = await tries({ permissions });
    assert.match(context.printed, /read: done\nwrite: done\nspawn: done/);
    assert.equal(readFileSync(output, 'utf8'), 'written');
    await run.stop(1000);
  });

  it('leave the master and other threads as they were', async () => {
    const restricted = await tries({ permissions: none });
    const { run, context } = await tries({});
    assert.match(context.printed, /read: done\n/);
    assert.equal(run.enforcement?.permissions, undefined);
    assert.equal(readFileSync(secret, 'utf8'), 'secret');
    await Promise.all([run.stop(1000), restricted.run.stop(1000)]);
  });

  it('that were needed are named with the key that grants them', async () => {
    const attempt = tries({ permissions: none, config: { must: { read: secret } } });
    const failure = await attempt.then(
      () => assert.fail('it started'),
      (error: unknown) => (error instanceof WorkerError ? error.failure : assert.fail(String(error))),
    );
    assert.match(
      failure.message,
      /^tries may not read .*secret\.txt \(.*tries\.mjs:\d+\): add it to module\.permissions\.fs_read, or leave it be\.$/,
    );
  });

  it('hold for programs', async () => {
    const { run, context } = await startModule(runtime, 'main', programOf('program-main.cjs', { permissions: none }));
    assert.equal(run.enforcement?.permissions, 'enforced');
    await askToExit(run, context);
    assert.deepEqual(await run.over, { how: 'exit', code: 3, signal: null });
    await run.stop(100);
    assert.equal(context.printed, 'main true true undefined\n');
  });

  it('hold for programs in TypeScript, or these are refused', async () => {
    const typed = startModule(runtime, 'typed', programOf('program-typed.ts', { args: ['4'], permissions: none }));
    if (!('registerHooks' in module)) {
      await assert.rejects(typed, {
        message: /^typed cannot be loaded: a TypeScript program .* from Node 22\.15 on\./,
      });
      return;
    }
    const { run, context } = await typed;
    await context.prints('area 16\n');
    assert.equal(run.enforcement?.permissions, 'enforced');
    await run.stop(1000);
  });

  it('hold in a process of its own', async () => {
    const deployment = deploymentOf('tries.mjs', { config: wants(), permissions: none });
    const { executable, args } = moduleProcessCommand(deployment);
    const child = execa(executable, args, { reject: false, timeout: 60_000 });
    let printed = '';
    for await (const line of child) {
      printed += `${line}\n`;
      if (line.startsWith('addon')) child.kill('SIGTERM');
    }
    assert.match(printed, /read: ERR_ACCESS_DENIED\nwrite: ERR_ACCESS_DENIED\nspawn: ERR_ACCESS_DENIED/);
  });

  it('are said not to be enforced where modules share a thread', async () => {
    const { run, context } = await tries({ permissions: none, isolation: 'shared' });
    assert.equal(run.enforcement?.permissions, 'not enforced');
    assert.match(context.printed, /read: done\n/);
    await run.stop(1000);
  });
});
