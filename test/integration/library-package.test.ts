import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

/** A module in each form that one may be written in; all import the contract as their authors do. */
const modules: Readonly<Record<string, string>> = {
  'esm.mjs': `
import { defineModule } from 'hsu-workers/module';
export const create = defineModule(({ id, logger }) => ({ start: () => logger.info(id + ' is up') }));
`,
  'cjs.cjs': `
const { defineModule } = require('hsu-workers/module');
exports.create = defineModule(({ id, logger }) => ({ start: () => logger.info(id + ' is up') }));
`,
  'typed-esm.mts': `
import { defineModule, type Module } from 'hsu-workers/module';
enum Word { Up = 'is up' }
interface Config { readonly port?: number }
export const create = defineModule<Config>(({ id, logger }): Module<Config> => ({
  initialize({ port }) { logger.debug(port?.toFixed() ?? 'any port'); },
  start: () => { logger.info(\`\${id} \${Word.Up}\`); },
}));
`,
  'typed-cjs.cts': `
import contract = require('hsu-workers/module');
export const create = contract.defineModule(({ id, logger }) => ({
  start: (signal: AbortSignal) => { if (!signal.aborted) logger.info(id + ' is up'); },
}));
`,
};
const typedModules = Object.keys(modules).filter((file) => file.endsWith('ts'));

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
      ...modules,
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
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022'];
    const { stdout } = await exec(process.execPath, [tsc, ...flags, 'typed.ts', ...typedModules], {
      cwd: consumer,
    }).catch((error: { stdout: string }) => error);
    assert.equal(stdout, '');
  });

  it('runs a module of every form in every place, without a build', async () => {
    const places = ['type: module, isolation: shared', 'type: module, isolation: thread', 'type: process'];
    const workers = Object.keys(modules).flatMap((file) =>
      places.map((place) => {
        const [type = '', isolation] = place.split(', ');
        const module = ['module_path: ' + file, 'entry_point: create', ...(isolation ? [isolation] : [])];
        return { id: `${file}-${place.replace(/.*: /, '')}`.replaceAll('.', '-'), type, module };
      }),
    );
    writeFileSync(
      path.join(consumer, 'workers.yaml'),
      `workers:\n${workers.map(({ id, type, module }) => `  - { id: ${id}, ${type}, module: { ${module.join(', ')} } }\n`).join('')}`,
    );
    const hsu = path.join(consumer, 'node_modules', 'hsu-workers', 'dist', 'cli.js');
    running = runProgram(hsu, ['run', '--json'], { cwd: consumer, env: { HSU_RUNTIME_DIR: runtime } });
    for (const { id } of workers) await running.line(new RegExp(`"text":"${id} is up"`));
  });

  it('brings what `hsu` writes and shows: the skill of agents, the schemas and the pages of findings', async () => {
    const place = path.join(consumer, 'project');
    mkdirSync(path.join(place, '.git'), { recursive: true });
    const hsu = path.join(consumer, 'node_modules', 'hsu-workers', 'dist', 'cli.js');
    const { stdout } = await exec(process.execPath, [hsu, 'agent', 'init'], { cwd: place });
    assert.match(stdout, /^\.claude\/skills\/hsu-workers\/SKILL\.md: written$/m);
    for (const file of ['schemas/workers.schema.json', 'docs/findings/HSU101.md', 'docs/hsu-module.h']) {
      assert.ok(existsSync(path.join(consumer, 'node_modules', 'hsu-workers', file)), file);
    }
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
