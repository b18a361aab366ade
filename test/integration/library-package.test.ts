import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { copyProject } from '../support/project-copy.ts';
import { runProgram, type RunningProgram } from '../support/running-program.ts';
import { npmScript } from '../tooling/npm.mjs';

const exec = promisify(execFile);

/** A program of somebody else's that embeds a master; it says each worker's process id. */
const program = `
import { Master } from 'hsu-workers/master';
import { defineModule } from 'hsu-workers/module';

const master = new Master({
  folder: import.meta.dirname ?? process.cwd(),
  workers: [
    { id: 'outside', type: 'process', execution: { executable_path: 'outside.mjs' } },
    { id: 'inside', type: 'module', module: { module_name: 'inside' } },
  ],
});
master.registerModuleFactory('inside', defineModule(({ logger }) => ({ start: () => logger.info('up') })));
process.once('SIGTERM', () => void master.close());
await master.startWorker('outside');
await master.startWorker('inside');
for (const [id, { state, processId }] of await master.getAllWorkerStatesWithDiagnostics()) {
  console.log(\`\${id} \${state} \${processId}\`);
}
console.log('all up');
`;

const typed = `
import { Master, WorkerError, type WorkerEntry } from 'hsu-workers/master';
import { defineModule } from 'hsu-workers/module';

const entry: WorkerEntry = { id: 'a', type: 'module', module: { module_name: 'greeter' } };
const master = new Master({ workers: [entry] });
master.registerModuleFactory('greeter', defineModule<{ greeting: string }>(({ config }) => ({
  start: () => void config.greeting.length,
})));
const { processId, snapshot } = await master.getWorkerStateWithDiagnostics('a');
const numbers: readonly number[] = [processId, snapshot.restarts];
for await (const event of master.events()) if (event.kind === 'removed') throw new WorkerError({ code: 'internal', message: event.id + numbers });
`;

describe('hsu-workers as an npm package', () => {
  const consumer = mkdtempSync(path.join(tmpdir(), 'hsu-consumer-'));
  const runtime = mkdtempSync(path.join(tmpdir(), 'hsu-run-'));
  let project = '';
  let running: RunningProgram | undefined;

  before(async function () {
    // Bounds a hang: it builds everything.
    this.timeout(300_000);
    project = copyProject();
    const installed = path.join(consumer, 'node_modules', 'hsu-workers');
    mkdirSync(installed, { recursive: true });
    const { stdout } = await exec(process.execPath, [npmScript(), 'pack', '--json', '--silent'], {
      cwd: project,
      maxBuffer: 16 * 1024 * 1024,
    });
    const [packed] = JSON.parse(stdout.slice(stdout.indexOf('['))) as { filename: string }[];
    assert.ok(packed);
    await exec('tar', ['-xzf', path.join(project, packed.filename), '--strip-components=1', '-C', installed]);
    const files = {
      'package.json': '{ "type": "module" }',
      'program.mjs': program,
      'typed.ts': typed,
      'outside.mjs': 'setInterval(() => {}, 1000);\n',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(consumer, name), text);
  });

  afterEach(async () => {
    running?.signal('SIGTERM');
    await running?.ended;
  });

  after(() => {
    for (const folder of [project, consumer, runtime]) rmSync(folder, { recursive: true, force: true });
  });

  const start = () => {
    running = runProgram(path.join(consumer, 'program.mjs'), [], { cwd: consumer, env: { HSU_RUNTIME_DIR: runtime } });
    return running;
  };

  it('has types that a strict compiler takes', async () => {
    const tsc = path.join(ROOT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', 'typed.ts'];
    const { stdout } = await exec(process.execPath, [tsc, ...flags], { cwd: consumer }).catch(
      (error: { stdout: string }) => error,
    );
    assert.equal(stdout, '');
  });

  it('takes the processes of a killed run over, with the same process ids', async () => {
    const first = start();
    const [, pid] = await first.line(/^outside running (\d+)$/);
    await first.line(/^inside running 0$/);
    await first.line(/^all up$/);
    first.signal('SIGKILL');
    await first.ended;

    const second = start();
    assert.equal((await second.line(/^outside running (\d+)$/))[1], pid);
    await second.line(/^inside running 0$/);
    await second.line(/^all up$/);
    second.signal('SIGTERM');
    assert.equal(await second.ended, 0);
    assert.equal(await thisMachine.find(Number(pid)), undefined);
  });
});
