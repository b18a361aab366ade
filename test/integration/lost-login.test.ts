import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workersFile = `workers:
  - id: quiet
    type: process
    ready: { log: here }
    execution: { executable_path: sh, args: ['-c', 'echo here; exec sleep 600'] }
`;

/** Over ssh without a terminal nothing tells that the connection is gone: no signal, and no write while all is quiet. */
describe('a remote login without a terminal that is lost', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  before(function () {
    if (process.platform !== 'linux') this.skip();
  });
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile });
  });
  afterEach(() => project.dispose());

  /**
   * The command in a session that a login server began, whose pipe it writes to; `lose` ends the server. Resolves when the
   * command has written what the worker did.
   */
  const login = async (server: string, ...words: string[]) => {
    const program = path.join(project.folder, server);
    copyFileSync(realpathSync('/bin/sh'), program);
    const noted = path.join(project.folder, `${words[0]}.pid`);
    const read = path.join(project.folder, `${words[0]}.out`);
    const session = `setsid sh -c 'echo $$ > "$0"; exec "$@"' "$@" | cat > ${read}`;
    const command = [noted, process.execPath, path.join(DIST_FOLDER, 'cli.js'), ...words];
    const child = spawn(program, ['-c', session, server, ...command], {
      cwd: project.folder,
      env: project.environment,
      stdio: 'ignore',
    });
    await until(() => existsSync(read) && readFileSync(read, 'utf8').includes('here'), 'the line of the worker');
    return { pid: Number(readFileSync(noted, 'utf8')), lose: () => child.kill('SIGKILL') };
  };

  it('ends its "run" with the workers, its "logs -f" alone', async () => {
    const run = await login('sshd', 'run');
    const { pid } = await until(() => running(project), 'the worker to run');
    const logs = await login('sshd-session', 'logs', 'quiet', '-f');
    logs.lose();
    await until(async () => !(await isAlive(logs.pid)), 'logs -f to end');
    assert.ok(await isAlive(pid));
    run.lose();
    await until(async () => !(await isAlive(run.pid)), 'the master to end');
    assert.equal(await isAlive(pid), false);
  });

  it('is told from a shell that ends and leaves its commands a reader', async () => {
    const run = await login('shell', 'run');
    await until(() => running(project), 'the worker to run');
    run.lose();
    assert.equal((await project.hsu('restart', 'quiet')).code, 0);
    assert.ok(await isAlive(run.pid));
    process.kill(run.pid, 'SIGTERM');
    await until(async () => !(await isAlive(run.pid)), 'the master to end');
  });
});

async function running(project: Project): Promise<WorkerSnapshot | undefined> {
  const { code, stdout } = await project.hsu('status', '--json');
  if (code !== 0) return undefined;
  return (JSON.parse(stdout) as WorkerSnapshot[]).find(({ state }) => state === 'running');
}
