import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { LogLine } from '../../master/protocol.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const program = path.join(ROOT_FOLDER, 'test/fixtures/programs/notes-what-it-wrote.mjs');
const kills = 10;

const workersFile = (pauseMs: number) => `workers:
  - id: w
    type: process
    execution: { executable_path: ${program}, args: [note, "${pauseMs}"], working_directory: . }
    restart: { policy: always, max_retries: 0, retry_delay: 20ms, backoff_rate: 1, jitter: 0 }
log_collection:
  default_worker:
    buffering: { flush_interval: 20ms }
    outputs: { separate: { stdout: [{ type: file, path: rotated/w.log, rotation: { max_size: 20KB, max_files: 100000 } }] } }
`;

describe('output that is rotated on a busy machine', function () {
  // Bounds a hang; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  const load: ChildProcess[] = [];
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile(1) });
    for (let n = 0; n < cpus().length; n += 1) {
      load.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    }
  });
  afterEach(async () => {
    for (const each of load.splice(0)) each.kill('SIGKILL');
    await project.dispose();
  });

  const noted = () => {
    const file = path.join(project.folder, 'note');
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  };

  /** What stands in the files together, oldest first. */
  const rotated = () => {
    const folder = path.join(project.folder, 'rotated');
    const files = readdirSync(folder).sort((a, b) => Number(b.slice(6) || 0) - Number(a.slice(6) || 0));
    const lines = files.flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trimEnd().split('\n'));
    return { files: files.length, numbers: lines.map((text) => Number(text.slice(0, 9))) };
  };

  it(`loses no line and repeats none when the worker is killed again and again: in the store, and in the files together (${kills} kills)`, async () => {
    const master = project.run();
    let { pid } = await master.worker('w', 'running');
    for (let kill = 0; kill < kills; kill += 1) {
      const before = noted();
      await until(() => noted() > before + 500, 'lines');
      // At any point of what it does.
      await wait(kill);
      process.kill(pid, 'SIGKILL');
      const former = pid;
      const fresh = await master.event(
        (e) => e.event === 'worker' && e['state'] === 'running' && e['pid'] !== former && e['restarts'] === kill + 1,
      );
      pid = Number(fresh['pid']);
    }
    assert.equal((await project.hsu('stop', 'w')).code, 0);
    const { stdout } = await project.hsu('logs', 'w', '--lines', '10000000', '--json');
    const stored = (JSON.parse(stdout) as LogLine[]).map(({ run, text }) => ({
      run,
      number: Number(text.slice(0, 9)),
    }));
    assert.equal((await master.interrupt()).code, 0);

    // A run begins behind what the one before has noted, which may have been one piece less than it wrote.
    const runs = [...new Set(stored.map(({ run }) => run))];
    assert.equal(runs.length, kills + 1);
    let next = 1;
    for (const one of runs) {
      const numbers = stored.filter(({ run }) => run === one).map(({ number }) => number);
      const [first = 0] = numbers;
      assert.ok(first <= next && first > next - 51, `a run begins with ${first} where ${next} would follow`);
      assert.deepEqual(
        numbers,
        numbers.map((_, at) => first + at),
      );
      next = first + numbers.length;
    }
    assert.ok(next > noted(), `${noted()} were written, the last in the store is ${next - 1}`);

    const { files, numbers } = rotated();
    assert.ok(files > kills, `${files} files`);
    assert.deepEqual(
      numbers,
      stored.map(({ number }) => number),
    );
  });

  it(`loses no line and repeats none when the master is killed again and again: the worker is the same all along (${kills} kills)`, async () => {
    // It writes all the time, however long the masters take on a busy machine.
    project.write('workers.yaml', workersFile(50));
    let pid: number | undefined;
    for (let kill = 0; kill < kills; kill += 1) {
      const master = project.run();
      const worker = await master.worker('w', 'running');
      pid ??= worker.pid;
      assert.deepEqual([worker.pid, worker.restarts], [pid, 0]);
      const before = noted();
      await until(() => noted() > before + 150, 'lines');
      // At any point of what it does.
      await wait(kill * 7);
      await master.kill();
      const left = noted();
      await until(() => noted() > left + 100, 'lines while there is no master');
    }
    const master = project.run();
    assert.equal((await master.worker('w', 'running')).pid, pid);
    assert.equal((await project.hsu('stop', 'w')).code, 0);
    const { stdout } = await project.hsu('logs', 'w', '--lines', '10000000', '--json');
    const stored = JSON.parse(stdout) as LogLine[];
    assert.equal((await master.interrupt()).code, 0);
    // One piece may have been written and not noted.
    assert.ok(stored.length >= noted(), `${noted()} were written, ${stored.length} are in the store`);
    assert.deepEqual(new Set(stored.map(({ run }) => run)), new Set([1]));
    assertCounts(stored.map(({ seq }) => seq));
    assertCounts(stored.map(({ text }) => Number(text.slice(0, 9))));
    const { files, numbers } = rotated();
    assert.ok(files > kills, `${files} files`);
    assertCounts(numbers);
    assert.equal(numbers.length, stored.length);
  });
});

/** From 1 on, none missing and none twice; what is wrong is told with what is around it. */
function assertCounts(numbers: readonly number[]): void {
  const wrong = numbers.findIndex((number, at) => number !== at + 1);
  assert.equal(
    wrong,
    -1,
    `of ${numbers.length}, at ${wrong}: ${numbers.slice(Math.max(0, wrong - 3), wrong + 5).join()}`,
  );
}
