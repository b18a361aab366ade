import assert from 'node:assert/strict';
import type { LogLine } from '../../master/protocol.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workersFile = `workers:
  - { id: process, type: process, cron: '* * * * * *', restart: never, execution: { executable_path: node, args: [process.mjs] } }
  - { id: module, type: module, cron: '* * * * * *', restart: never, module: { module_path: module.mjs } }
`;

/** Its first run fails, each further one does not. */
const job = `
import { existsSync, writeFileSync } from 'node:fs';
const mark = new URL(import.meta.url + '.did');
const isFirst = !existsSync(mark);
writeFileSync(mark, '');
console.log(isFirst ? 'fails' : 'works');
process.exitCode = isFirst ? 3 : 0;
`;

describe('a worker with a schedule', function () {
  // Bounds a hang; nothing is measured.
  this.timeout(60_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile, 'process.mjs': job, 'module.mjs': job });
  });
  afterEach(() => project.dispose());

  for (const id of ['process', 'module']) {
    it(`runs at its times, tells its latest run and the next, also under a later master, until it is stopped: ${id}`, async () => {
      const worker = async () => (await project.status()).find((one) => one.id === id);
      const runs = async () => {
        const { stdout } = await project.hsu('logs', id, '--lines', '1000', '--json');
        return new Set((JSON.parse(stdout) as LogLine[]).map(({ run }) => run));
      };
      const master = project.run();
      const failed = await master.event((e) => e.event === 'worker' && e['id'] === id && e['state'] === 'failed');
      assert.equal((failed['last_run'] as { exit_code: number }).exit_code, 3);
      await until(async () => (await worker())?.last_run?.exit_code === 0, 'a run that went well', 20_000);
      const before = await worker();
      assert.match(before?.next_run ?? '', /^\d{4}-/);
      await master.kill();

      const second = project.run();
      const first = await second.event((e) => e.event === 'worker' && e['id'] === id);
      assert.equal((first['last_run'] as { exit_code: number } | null)?.exit_code, 0);
      const count = (await runs()).size;
      await until(async () => (await runs()).size > count, 'another run', 20_000);
      assert.ok((await worker())?.last_run);
      assert.equal((await project.hsu('stop', id)).code, 0);
      const stopped = await worker();
      assert.deepEqual([stopped?.state, stopped?.next_run], ['stopped', null]);
      assert.ok(stopped?.last_run);
      assert.equal((await second.interrupt()).code, 0);
    });
  }
});
