import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { timeOfDay } from '../../master/lifecycle/local-time.ts';
import { Project, isAlive } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const fixtures = path.join(ROOT_FOLDER, 'test/fixtures/programs');

/** Writes what it was started with, then serves /health on the port it was handed. */
const program = `#!/usr/bin/env node
const { createServer } = require('node:http');
const { renameSync, writeFileSync } = require('node:fs');
const facts = { args: process.argv.slice(2), greeting: process.env.GREETING, port: process.env.HSU_PORT, cwd: process.cwd() };
const file = __dirname + '/said-' + process.argv[2];
writeFileSync(file + '.new', JSON.stringify(facts));
renameSync(file + '.new', file);
process.on('SIGTERM', () => process.exit(0));
createServer((request, response) => response.end()).listen(Number(process.env.HSU_PORT ?? 0), '127.0.0.1');
`;

/** The two masters spell their files differently; what is between is the same. */
const dialects = {
  'HSU Master': {
    master: 'master',
    workers: 'workers',
    unit: 'unit',
    managed: 'managed',
    integrated: 'integrated',
    multipliers: 'worker_profile_multipliers',
    method: 'pid-file',
  },
  'the process manager': {
    master: 'process_manager',
    workers: 'managed_processes',
    unit: 'management',
    managed: 'standard_managed',
    integrated: 'integrated_managed',
    multipliers: 'process_profile_multipliers',
    method: 'pid_file',
  },
} as const;

describe('a file of the older form', function () {
  this.timeout(60_000);
  let project: Project;
  let stranger: ChildProcess;
  beforeEach(async () => {
    // Not executable yet: that is done at start.
    project = new Project({ 'bin/program': program });
    chmodSync(path.join(project.folder, 'bin/program'), 0o640);
    stranger = spawn(process.execPath, [path.join(fixtures, 'listens.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (stranger.stdout) await once(stranger.stdout, 'data');
    project.write('stranger.pid', `${stranger.pid}\n`);
  });
  afterEach(async () => {
    stranger.kill('SIGKILL');
    await project.dispose();
  });

  for (const [whose, words] of Object.entries(dialects)) {
    it(`as ${whose} spells it runs its three kinds`, async () => {
      project.write('workers.yaml', fileIn(words, project.folder));
      const master = project.run();
      const managed = await master.worker('managed', 'running');
      const integrated = await master.worker('integrated', 'running');
      const unmanaged = await master.worker('unmanaged', 'running');

      // Executed here: in its folder, with its arguments and environment.
      assert.deepEqual(await said('managed'), { args: ['managed', '--flag'], greeting: 'hello', cwd: project.folder });
      assert.equal(statSync(path.join(project.folder, 'bin/program')).mode & 0o777, 0o750);
      assert.equal(managed.limits.find(({ resource }) => resource === 'memory')?.policy, 'log');

      // Handed a port, both ways; asked for its health there; in the folder of its program.
      const { args, port, cwd } = await said('integrated');
      assert.deepEqual(args, ['integrated', '--port', port]);
      assert.equal(cwd, path.join(project.folder, 'bin'));
      assert.equal(integrated.endpoints[0]?.address, `http://127.0.0.1:${String(port)}`);
      await until(async () => (await statusOf('integrated')).health === 'healthy', 'a healthy integrated worker');

      // Found, and never ended: not by a stop, not by the end of the master.
      assert.equal(unmanaged.pid, stranger.pid);
      const restart = await project.hsu('restart', 'unmanaged');
      assert.match(restart.stdout + restart.stderr, /unmanaged may not be restarted: .* can_restart is not set/);
      assert.equal((await project.hsu('stop', 'unmanaged')).code, 0);
      assert.ok(await isAlive(unmanaged.pid));
      assert.equal((await project.hsu('start', 'unmanaged')).code, 0);
      await master.interrupt();
      assert.ok(await isAlive(unmanaged.pid));
      for (const { pid } of [managed, integrated]) assert.equal(await isAlive(pid), false);
    });
  }

  it('restarts by its profile, and tells everywhere why it failed and when it is tried again', async () => {
    project.write('workers.yaml', fileIn(dialects['HSU Master'], project.folder));
    const master = project.run();
    const { pid } = await master.worker('managed', 'running');
    process.kill(pid, 'SIGKILL');
    await master.event((event) => event['id'] === 'managed' && typeof event['retry_at'] === 'string');
    const failed = await statusOf('managed');
    // The delay of 10 s times the 30 of its profile, shorter or longer by a tenth.
    const waits = (Date.parse(failed.retry_at ?? '') - Date.parse(failed.since)) / 1000;
    assert.ok(waits > 269 && waits < 331, `${waits} s`);
    const why = /managed was killed by SIGKILL/;
    assert.match(failed.last_error?.message ?? '', why);
    const told = (await project.hsu('status', 'managed')).stdout;
    assert.match(told, new RegExp(`^managed, failed, process, .*next try at ${timeOfDay(failed.retry_at ?? '')}\n  `));
    assert.match(told, why);
    await master.interrupt();
  });

  async function statusOf(id: string) {
    const found = (await project.status()).find((worker) => worker.id === id);
    assert.ok(found);
    return found;
  }

  /** What the program says of itself: alive is before its first line. */
  function said(id: string): Promise<Record<string, unknown>> {
    const file = path.join(project.folder, 'bin', `said-${id}`);
    return until(
      () => existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>),
      `the word of ${id}`,
    );
  }
});

function fileIn(words: Record<keyof (typeof dialects)['HSU Master'], string>, folder: string): string {
  const check = (type: string) => `{ type: ${type}, run_options: { enabled: true, interval: 1s, timeout: 500ms } }`;
  return `
${words.master}: { port: 50055, log_level: debug, force_shutdown_timeout: 30s }
${words.workers}:
  - id: managed
    type: ${words.managed}
    profile_type: batch
    ${words.unit}:
      ${words.managed}:
        metadata: { name: Managed, description: Executed here }
        control:
          execution:
            executable_path: bin/program
            args: [managed, --flag]
            environment: [GREETING=hello]
            working_directory: ${folder}
            wait_delay: 10s
          process_file: { scenario: development }
          restart_policy: on-failure
          context_aware_restart:
            default: { max_retries: 3, retry_delay: 10s, backoff_rate: 1.5 }
            ${words.multipliers}: { batch: 30 }
            startup_grace_period: 2m
          limits: { memory: { max_rss: 1073741824, warning_threshold: 80 }, monitoring: { interval: 1s } }
          graceful_timeout: 5s
        health_check: ${check('process')}
  - id: integrated
    type: ${words.integrated}
    ${words.unit}:
      ${words.integrated}:
        metadata: { name: Integrated }
        control:
          execution: { executable_path: bin/program, args: [integrated] }
          context_aware_restart: { default: { backoff_rate: 1.5 } }
        health_check: ${check('tcp')}
  - id: unmanaged
    type: unmanaged
    ${words.unit}:
      unmanaged:
        metadata: { name: Unmanaged }
        discovery: { method: ${words.method}, pid_file: ${folder}/stranger.pid, check_interval: 30s }
        control: { can_terminate: false, graceful_timeout: 1s }
        health_check: ${check('process')}
  - id: disabled
    type: ${words.managed}
    enabled: false
    ${words.unit}: { ${words.managed}: { metadata: { name: Disabled }, control: { execution: { executable_path: bin/program } } } }
`;
}
