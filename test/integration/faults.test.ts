import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { runProgram } from '../support/running-program.ts';
import { until } from '../support/until.ts';

const good = `workers:
  - id: good
    type: process
    execution: { executable_path: node, args: [server.mjs, "0"] }
`;
const server = `
import { createServer } from 'node:http';
createServer((request, response) => response.end('ok'))
  .listen(Number(process.argv[2]), '127.0.0.1', function () { console.log('listening on', this.address().port); });
`;

describe('a fault', function () {
  this.timeout(180_000);
  let project: Project;

  beforeEach(() => {
    project = new Project({ 'workers.yaml': good, 'server.mjs': server });
  });
  afterEach(() => project.dispose());

  /** Adds a worker to the good one; both `hsu run` and its log then show what became of it. */
  function add(worker: string, ...modules: string[]): void {
    project.write('workers.yaml', good + worker);
    for (const name of modules) {
      copyFileSync(path.join(ROOT_FOLDER, 'test', 'fixtures', 'modules', name), path.join(project.folder, name));
    }
  }

  async function failureBesideGood(id: string): Promise<WorkerSnapshot> {
    const master = project.run();
    const [running, failed] = await Promise.all([master.worker('good', 'running'), master.worker(id, 'failed')]);
    const after = (await project.status()).find((worker) => worker.id === 'good');
    assert.deepEqual([after?.state, after?.pid, after?.restarts], ['running', running.pid, 0]);
    assert.equal((await master.interrupt()).code, 0);
    return failed;
  }

  const cases: readonly { what: string; worker: string; modules?: readonly string[]; says: RegExp }[] = [
    {
      what: 'an executable that is missing',
      worker: `
  - id: bad
    type: process
    execution: { executable_path: ./no-such-program }
`,
      says: /^bad is refused: The executable \.\/no-such-program does not exist: expected it at .*no-such-program/,
    },
    {
      what: 'a factory that throws',
      worker: `
  - id: bad
    type: module
    module: { module_path: factory-throws.mjs, entry_point: create }
`,
      modules: ['factory-throws.mjs'],
      says: /^bad has a factory that throws: TypeError: no database \(.*factory-throws\.mjs:2\)/,
    },
    {
      what: 'a module with a syntax error',
      worker: `
  - id: bad
    type: module
    module: { module_path: syntax-error.mjs, entry_point: create }
`,
      modules: ['syntax-error.mjs'],
      says: /^bad cannot be loaded: Unexpected token ';' \(.*syntax-error\.mjs:5\)\. Correct the syntax there\./,
    },
    {
      what: 'a start that never ends',
      worker: `
  - id: bad
    type: module
    start_timeout: 300ms
    module: { module_path: never-resolves-start.mjs, entry_point: create }
`,
      modules: ['never-resolves-start.mjs'],
      says: /^bad has not finished starting within 0\.3 s: .* raise "start_timeout"\./,
    },
  ];
  for (const { what, worker, modules = [], says } of cases) {
    it(`${what} fails that worker alone, in one sentence`, async () => {
      add(worker, ...modules);
      const { last_error: error } = await failureBesideGood('bad');
      assert.match(error?.message ?? '', says);
    });
  }

  describe('a port in use', () => {
    const holder = createServer();
    let port: number;
    beforeEach(async () => {
      holder.listen(0, '127.0.0.1');
      await once(holder, 'listening');
      ({ port } = holder.address() as AddressInfo);
    });
    afterEach(() => {
      holder.close();
    });

    it('fails a module that wants it, by its number', async () => {
      add(
        `
  - id: bad
    type: module
    module: { module_path: echoes-http.mjs, entry_point: createEcho, config: { port: ${port} } }
`,
        'echoes-http.mjs',
      );
      const { last_error: error } = await failureBesideGood('bad');
      assert.match(error?.message ?? '', new RegExp(`^bad .*\\b${port}\\b.*in use`));
    });

    it('fails a process that wants it', async () => {
      add(`
  - id: bad
    type: process
    execution: { executable_path: node, args: [server.mjs, "${port}"] }
`);
      const { last_error: error } = await failureBesideGood('bad');
      assert.match(
        error?.message ?? '',
        /^bad could not listen on .*: another program uses it already\. Stop that program/,
      );
    });
  });

  describe('in the workers file', () => {
    const badWorkers = Array.from({ length: 1_000 }, (_, index) => `  - id: worker-${index}\n    type: proces\n`).join(
      '',
    );
    const texts: readonly { what: string; text: string; severity: string }[] = [
      { what: 'empty', text: '', severity: 'information' },
      { what: 'half-typed', text: good.slice(0, good.indexOf('node') + 2), severity: 'error' },
      {
        what: 'binary',
        text: Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 151) % 256)).toString('latin1'),
        severity: 'error',
      },
      { what: 'a list', text: '- one\n- two\n', severity: 'error' },
      { what: 'a word', text: 'workers', severity: 'error' },
      { what: 'of 5 MB', text: `workers:\n${badWorkers}${'# as long as a book\n'.repeat(250_000)}`, severity: 'error' },
    ];
    for (const { what, text, severity } of texts) {
      it(`that is ${what} gives findings from validate, and a refusal from run`, async () => {
        project.write('workers.yaml', text);
        const validated = await project.hsu('validate', '--format', 'json');
        assert.deepEqual([validated.code, validated.stderr], [severity === 'error' ? 1 : 0, '']);
        const findings = JSON.parse(validated.stdout) as { severity: string; message: string; range: unknown }[];
        assert.equal(findings[0]?.severity, severity);
        assert.ok(findings.every(({ message, range }) => message !== '' && range));

        const run = await project.hsu('run');
        assert.equal(run.code, 1);
        const sentence = `No worker of ${project.file} can be run: "hsu validate ${project.file}" shows every finding.\n`;
        assert.ok(run.stderr.endsWith(sentence), run.stderr);
      });
    }
  });

  it('that kills an owner leaves neither its master nor a worker behind after the grace time', async () => {
    const owner = runProgram(path.join(DIST_FOLDER, 'test', 'support', 'owner.main.js'), [project.file, '1'], {
      cwd: project.folder,
      env: project.environment,
    });
    const [line] = await owner.line(/^\{.*\}$/);
    const { master, workers } = JSON.parse(line) as { master: number; workers: number[] };
    assert.equal(workers.length, 1);
    for (const pid of [master, ...workers]) assert.ok(await isAlive(pid), `${pid} is not alive`);
    owner.signal('SIGKILL');
    assert.equal(await owner.ended, 'SIGKILL');
    for (const pid of [master, ...workers]) await until(async () => !(await isAlive(pid)), `${pid} to end`);
  });
});
