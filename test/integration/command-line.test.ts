import assert from 'node:assert/strict';
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { freePort } from '../support/free-port.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { runProgram } from '../support/running-program.ts';

const server = `
import { createServer } from 'node:http';
createServer((request, response) => response.end('served by ' + process.pid)).listen(0, '127.0.0.1', function () {
  console.log('listening on', this.address().port);
});
`;

const workers = `# Both run the same script.
workers:
  - id: outside
    type: process # a process of its own
    execution:
      executable_path: node
      args: [server.mjs]
    health_check: { endpoint: /health, interval: 10s }
  - id: inside
    type: module
    module:
      module_path: server.mjs
    health_check: { endpoint: /health, interval: 10s }
`;

describe('hsu', function () {
  this.timeout(180_000);
  let project: Project;

  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers, 'server.mjs': server });
  });

  afterEach(() => project.dispose());

  it('run starts every worker, tells what happens, and leaves nothing after Ctrl-C', async () => {
    const master = project.run();
    const outside = await master.worker('outside', 'running');
    const inside = await master.worker('inside', 'running');
    assert.notEqual(outside.pid, 0);
    assert.deepEqual([inside.pid, inside.host_pid, inside.isolation], [0, master.pid, 'thread']);
    for (const worker of [outside, inside]) {
      const address = worker.endpoints[0]?.address ?? '';
      assert.equal(await (await fetch(address)).text(), `served by ${worker.host_pid}`);
    }
    await master.event((event) => event.event === 'log' && event['id'] === 'inside');
    assert.equal((await master.interrupt()).code, 0);
    assert.equal(await isAlive(outside.pid), false);
  });

  it('status, stop, start and restart say what became of it, as text and as JSON', async () => {
    const master = project.run();
    await master.worker('outside', 'running');
    await master.worker('inside', 'running');
    const [outside, inside] = await project.status();
    assert.deepEqual([outside?.state, inside?.state], ['running', 'running']);
    assert.match(
      (await project.hsu('status', 'outside')).stdout,
      /^outside, running, process, http:\/\/127\.0\.0\.1:\d+\n$/,
    );
    assert.deepEqual(await project.hsu('stop', 'outside'), { code: 0, stdout: 'outside is stopped.\n', stderr: '' });
    assert.equal(await isAlive(outside?.pid ?? 0), false);
    const started = await project.hsu('start', '--all', '--json');
    assert.deepEqual(JSON.parse(started.stdout), [
      { id: 'outside', ok: true, message: 'outside is running.' },
      { id: 'inside', ok: true, message: 'inside is running already.' },
    ]);
    assert.deepEqual(await project.hsu('start', 'inside', '--no-wait', '--json'), {
      code: 0,
      stdout: '[]\n',
      stderr: '',
    });
    assert.equal((await project.hsu('restart', 'inside')).stdout, 'inside is running.\n');
    assert.equal((await project.status())[1]?.restarts, 1);
  });

  it('logs shows what a worker wrote, filtered', async () => {
    const master = project.run();
    await master.event((event) => event.event === 'log' && event['id'] === 'outside');
    assert.match((await project.hsu('logs', 'outside')).stdout, /^listening on \d+\n$/);
    assert.equal((await project.hsu('logs', 'outside', '--grep', 'nothing')).stdout, '');
    const [line] = JSON.parse((await project.hsu('logs', 'outside', '--json')).stdout) as {
      seq: number;
      stream: string;
    }[];
    assert.deepEqual([line?.seq, line?.stream], [1, 'stdout']);
  });

  it('switch edits one word and moves the worker', async () => {
    const master = project.run();
    await master.worker('outside', 'running');
    const switched = await project.hsu('switch', 'outside', '--to', 'module');
    assert.deepEqual(switched, { code: 0, stdout: 'outside is a module now; it is running.\n', stderr: '' });
    assert.equal(readFileSync(project.file, 'utf8'), workers.replace('type: process #', 'type: module #'));
    const [outside] = await project.status();
    assert.deepEqual([outside?.type, outside?.host_pid, outside?.pid], ['module', master.pid, 0]);
    assert.match((await project.hsu('switch', 'outside', '--to', 'module')).stderr, /runs as a module already/);
    const unknown = await project.hsu('switch', 'nobody', '--to', 'module');
    assert.equal(unknown.stderr, 'There is no worker "nobody" in this file; it has: outside, inside.\n');
  });

  it('apply --dry-run tells the plan and changes nothing; apply does it', async () => {
    const master = project.run();
    const outside = await master.worker('outside', 'running');
    project.write(
      'workers.yaml',
      workers.replace('args: [server.mjs]', 'args: [server.mjs, --more]').replace('inside', 'other'),
    );
    const plan = `added: other\nremoved: inside\nrestart: outside, because args changed\nunchanged: 0\n`;
    assert.equal((await project.hsu('apply', '--dry-run')).stdout, plan);
    assert.deepEqual(
      (await project.status()).map(({ id }) => id),
      ['outside', 'inside'],
    );
    assert.equal((await project.hsu('apply')).stdout, plan);
    const after = await project.status();
    assert.deepEqual(
      after.map(({ id, state }) => [id, state]),
      [
        ['outside', 'running'],
        ['other', 'initialized'],
      ],
    );
    assert.notEqual(after[0]?.pid, outside.pid);
  });

  it("apply puts the master's own settings in force and touches no worker", async () => {
    const master = project.run();
    const before = await Promise.all(['outside', 'inside'].map((id) => master.worker(id, 'running')));
    const port = await freePort();
    project.write('workers.yaml', `master: { log_level: debug, port: 50056, metrics_port: ${port} }\n${workers}`);
    assert.equal((await project.hsu('apply')).stdout, 'unchanged: 2\n');
    const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(await metrics.text(), /^hsu_worker_\w+\{.*worker="outside"/m);
    const after = await project.status();
    const facts = (one: WorkerSnapshot) => [one.id, one.state, one.pid, one.since, one.restarts];
    assert.deepEqual(after.map(facts), before.map(facts));
    assert.equal((await project.hsu('stop', 'outside')).code, 0);
    project.write('workers.yaml', workers);
    await project.hsu('apply');
    await assert.rejects(fetch(`http://127.0.0.1:${port}/metrics`));
    assert.equal((await project.status())[1]?.since, before[1]?.since);
    const { stderr } = await master.interrupt();
    assert.match(stderr, /^outside, stopped, process/m);
    assert.doesNotMatch(stderr, /^inside, stopped/m);
  });

  it('validate prints every finding and exits 1 when one is an error', async () => {
    assert.deepEqual(await project.hsu('validate'), { code: 0, stdout: '1 file, no findings.\n', stderr: '' });
    project.write('workers.yaml', workers.replace('type: module', 'type: modul'));
    const { code, stdout } = await project.hsu('validate', '--format', 'json');
    const findings = JSON.parse(stdout) as { file: string; range: { start: unknown } }[];
    assert.equal(code, 1);
    assert.deepEqual(
      [findings.length, findings[0]?.file, findings[0]?.range.start],
      [1, 'workers.yaml', { line: 9, character: 10 }],
    );
  });

  it('a second run is told who is the master already', async () => {
    const master = project.run();
    await master.worker('outside', 'running');
    const second = await project.hsu('run');
    assert.equal(second.code, 1);
    assert.match(second.stderr, new RegExp(`A master of .*workers\\.yaml runs already \\(pid ${master.pid}\\)`));
  });

  it('a killed master leaves its processes to the next one: same pid, no duplicate, no lost line', async () => {
    const first = project.run();
    const before = await first.worker('outside', 'running');
    await first.worker('inside', 'running');
    await first.kill();
    assert.equal(await isAlive(before.pid), true);
    const second = project.run();
    const after = await second.worker('outside', 'running');
    const inside = await second.worker('inside', 'running');
    assert.deepEqual([after.pid, after.restarts], [before.pid, 0]);
    assert.deepEqual([inside.host_pid, inside.restarts], [second.pid, 1]);
    assert.match((await project.hsu('logs', 'outside')).stdout, /^listening on \d+\n$/);
    await second.interrupt();
    assert.equal(await isAlive(before.pid), false);
  });

  it('where no master ever ran, a command says so', async () => {
    const { code, stderr } = await project.hsu('status');
    assert.equal(code, 1);
    assert.match(stderr, /^No master is running for .*\n$/);
  });

  it('where no master follows, the next command ends what a killed one left', async () => {
    const master = project.run();
    const { pid } = await master.worker('outside', 'running');
    await master.kill();
    const { code, stdout, stderr } = await project.hsu('status', '--json');
    assert.deepEqual([code, stdout], [1, '[]\n']);
    assert.match(
      stderr,
      /^No master is running for .*\nA former master was killed and had left processes: node \(pid \d+\)/,
    );
    assert.equal(await isAlive(pid), false);
  });

  it('an environment lays its overlay over the file, and is taken off again', async () => {
    project.write('workers.development.yaml', 'workers: [{ id: outside, type: module }]\n');
    const master = project.run('--env', 'development');
    assert.equal((await master.worker('outside', 'running')).type, 'module');
    assert.match((await project.hsu('apply', '--env', '')).stdout, /restart: outside, because type changed/);
    assert.equal((await project.status())[0]?.type, 'process');
    const missing = await project.hsu('apply', '--env', 'other');
    assert.match(
      missing.stderr,
      /The environment "other" needs the overlay .*workers\.other\.yaml, which does not exist\./,
    );
    assert.equal(readFileSync(project.file, 'utf8'), workers);
  });

  it('run --isolated gives two worktrees of one repository masters and ports of their own', async () => {
    const files = {
      'workers.yaml': `workers:
  - { id: a, type: module, module: { module_path: listens.cjs, entry_point: Create, config: { port: 18098 } } }
  - { id: b, type: process, execution: { executable_path: node, args: [server.mjs, --port, "18097"] } }
`,
      'listens.cjs': `const { createServer } = require('node:http');
exports.Create = ({ config }) => {
  const server = createServer((request, response) => response.end('module'));
  return { start: () => new Promise((done) => server.listen(config.port, '127.0.0.1', done)), stop: () => server.close() };
};
`,
      'server.mjs': server.replace('listen(0,', 'listen(Number(process.argv[3]),'),
    };
    for (const [name, text] of Object.entries(files)) project.write(name, text);
    const git = (...args: readonly string[]) =>
      execa('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: project.folder });
    await git('init', '--quiet');
    await git('add', '.');
    await git('commit', '--quiet', '--message', 'The project');
    await git('worktree', 'add', '--quiet', 'other');
    const other = ['--file', path.join('other', 'workers.yaml')];
    const masters = [project.run('--isolated'), project.run('--isolated', ...other)];
    for (const master of masters) await Promise.all([master.worker('a', 'running'), master.worker('b', 'running')]);
    const status = async (...where: readonly string[]) => {
      const { stdout } = await project.hsu('status', '--json', ...where);
      return JSON.parse(stdout) as WorkerSnapshot[];
    };
    const addresses = [...(await status()), ...(await status(...other))].map(
      ({ endpoints }) => endpoints[0]?.address ?? '',
    );
    assert.equal(new Set(addresses).size, 4, addresses.join());
    await project.hsu('stop', '--all');
    assert.deepEqual(
      (await status(...other)).map(({ state }) => state),
      ['running', 'running'],
    );
    for (const master of masters) await master.interrupt();
  });

  it('run --until-healthy runs a command while the workers are up, and has its exit code', async () => {
    project.write(
      'ask.mjs',
      `const [url, code] = process.argv.slice(2);
       console.log((await (await fetch(url)).text()).slice(0, 9));
       process.exit(Number(code));`,
    );
    const port = await freePort();
    project.write('workers.yaml', workers.replace('args: [server.mjs]', `args: [server.mjs, "${port}"]`));
    project.write('server.mjs', server.replace('listen(0,', 'listen(Number(process.argv[2] ?? 0),'));
    const { code, stdout } = await project.hsu(
      ...['run', '--until-healthy', '--', 'node', 'ask.mjs', `http://127.0.0.1:${port}`, '7'],
    );
    assert.equal(code, 7);
    assert.match(stdout, /^served by$/m);
    assert.equal((await project.hsu('status')).code, 1);
  });

  it('run --json leaves stdout to its events, also beside the command that it runs', async () => {
    const { code, stdout, stderr } = await project.hsu(
      ...['run', '--json', '--until-healthy', '--', 'node', '-e', 'console.log("of the command")'],
    );
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^of the command$/m);
    for (const line of stdout.trimEnd().split('\n')) assert.ok('event' in (JSON.parse(line) as object), line);
  });

  it('run without a worker that can run names the file, and what shows why', async () => {
    const sentence = `No worker of ${project.file} can be run: "hsu validate ${project.file}" shows every finding.\n`;
    project.write('workers.yaml', 'workers: []\n');
    const none = await project.hsu('run');
    assert.deepEqual([none.code, none.stderr], [1, sentence]);
    project.write('workers.yaml', 'workers: [{ id: a, type: process }]\n');
    const refused = await project.hsu('run');
    assert.equal(refused.code, 1);
    assert.ok(refused.stderr.endsWith(`\n${sentence}`), refused.stderr);
  });

  it('run tells of a failure once, also when it is to be tried again', async () => {
    project.write(
      'workers.yaml',
      `workers:
  - { id: steady, type: process, execution: { executable_path: node, args: [-e, 'setInterval(() => {}, 1000)'] } }
  - { id: bad, type: process, depends_on: [steady], ready: notify, execution: { executable_path: node, args: [-e, 'process.exit(4)'] } }
`,
    );
    const { stdout, stderr } = await project.hsu('run', '--until-healthy', '--', 'node', '-e', '');
    assert.match(stderr, /node was not run: bad exited with code 4/);
    assert.match(stdout, /^bad, failed, process, next try at \d\d:\d\d:\d\d$/m);
    assert.equal(stdout.match(/^ {2}bad exited with code 4/gm)?.length, 1);
  });

  it('doctor shows both environments and says what is wrong', async () => {
    assert.match((await project.hsu('doctor')).stdout, /^terminal {2}hsu \d.*\nmaster {4}none is running\n/);
    const master = project.run();
    await master.worker('outside', 'running');
    const { stdout } = await project.hsu('doctor', '--json');
    const { terminal, master: running, problems } = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    assert.deepEqual([running?.['pid'], running?.['node']], [master.pid, process.version]);
    assert.deepEqual(terminal?.['search'], running?.['search']);
    assert.ok(Array.isArray(problems));
    project.write('workers.yaml', workers.replace('type: module', 'type: modul'));
    assert.match((await project.hsu('doctor')).stdout, /workers\.yaml has 1 error: "hsu validate" shows everything\./);
  });

  it('a worker that runs once ends, and its exit code is shown', async () => {
    project.write(
      'workers.yaml',
      `workers:
  - { id: good, type: process, run: once, execution: { executable_path: node, args: [-e, 'console.log(1)'] } }
  - { id: bad, type: process, run: once, restart: never, execution: { executable_path: node, args: [-e, 'process.exit(4)'] } }
  - { id: later, type: process, cron: '0 0 1 1 *', execution: { executable_path: node, args: [-e, '0'] } }
`,
    );
    const master = project.run();
    await master.worker('good', 'stopped');
    await master.worker('bad', 'failed');
    const [good, bad, later] = await project.status();
    assert.deepEqual([good?.last_run?.exit_code, bad?.last_run?.exit_code, later?.last_run], [0, 4, null]);
    assert.match(later?.next_run ?? '', /^\d{4}-01-01T/);
    assert.deepEqual(await project.hsu('start', 'good'), { code: 0, stdout: 'good has finished.\n', stderr: '' });
  });

  it('says which folder cannot be made, and what to do, where /proc swallows it', async function () {
    if (process.platform !== 'linux') return this.skip();
    const folder = '/proc/no-such/run';
    const master = runProgram(path.join(DIST_FOLDER, 'cli.js'), ['run'], {
      cwd: project.folder,
      env: { HSU_RUNTIME_DIR: folder },
    });
    try {
      await master.line(
        /^The folder \/proc\/no-such\/run, .* cannot be made \(ENOENT.*\): set HSU_RUNTIME_DIR to a private/,
      );
      assert.equal(await master.ended, 1);
    } finally {
      master.signal('SIGKILL');
    }
  });

  it('wrong use exits 2 and shows the usage', async () => {
    for (const words of [[], ['dance'], ['start'], ['logs'], ['switch', 'outside'], ['status', '--loud']]) {
      const { code, stdout, stderr } = await project.hsu(...words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /hsu/);
    }
  });

  it('in a folder that is gone it says so', async () => {
    const cli = path.join(DIST_FOLDER, 'cli.js');
    const script = 'mkdir gone && cd gone && rmdir ../gone && exec "$0" "$1" status';
    const { exitCode, stderr } = await execa('sh', ['-c', script, process.execPath, cli], {
      cwd: project.folder,
      reject: false,
    });
    assert.deepEqual([exitCode, stderr], [1, 'The folder this runs in is not there any more: change to another one.']);
  });

  it('without a workers file it says where it looked', async () => {
    const empty = new Project();
    const { code, stderr } = await empty.hsu('status');
    assert.equal(code, 1);
    assert.match(
      stderr,
      /There is no workers\.yaml in .* or any folder above it: name the file with --file, or create one\./,
    );
    await empty.dispose();
  });
});
