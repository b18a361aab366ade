import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { placesOf } from '../../master/places.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const program = path.join(ROOT_FOLDER, 'test/fixtures/programs/writes-in-steps.mjs');
const bound = 1_000_000;

/** A worker that writes to a file whose folder cannot be made as long as a file named "logs" is in its place. */
const workersFile = (count: number) => `workers:
  - id: w
    type: process
    execution: { executable_path: ${program}, args: ["${count}"] }
    graceful_timeout: 10s
log_collection:
  default_worker:
    store: { max_size: ${bound}, when_full: block }
    outputs: { separate: { stdout: [{ type: file, path: logs/w.log }] } }
`;

describe('a worker whose output waits, where nothing may be dropped', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  afterEach(() => project.dispose());

  const stage = (count: number): ForegroundMaster => {
    // What takes its lines refuses from the begin on.
    project = new Project({ 'workers.yaml': workersFile(count), logs: 'in the way' });
    return project.run();
  };
  const held = (master: ForegroundMaster) =>
    master.event((e) => e.event === 'worker' && e['id'] === 'w' && e['held'] === true);
  const wentOn = (master: ForegroundMaster) =>
    until(() => {
      const last = master.events.findLast((e) => e.event === 'worker' && e['id'] === 'w');
      return last?.['held'] === false;
    }, 'the worker goes on');
  /** What is held hears of it when it goes on. */
  const askForTheRest = async () => process.kill((await project.status())[0]?.pid ?? NaN, 'SIGUSR2');
  const clearTheWay = () => rmSync(path.join(project.folder, 'logs'));
  const written = () => readFileSync(path.join(project.folder, 'logs/w.log'), 'utf8').trimEnd().split('\n');
  const isWritten = (last: string) => existsSync(path.join(project.folder, 'logs/w.log')) && written().at(-1) === last;
  const spoolBytes = () => statSync(path.join(placesOf(project.file).workerLogs, 'w.1.out')).size;
  /** Whether each of its processes is held. */
  const areHeld = async (): Promise<boolean[]> => {
    const markers = workerMarkers('w', placesOf(project.file).key);
    return (await thisMachine.list()).filter((each) => each.carries(markers)).map(({ isHeld }) => isHeld);
  };
  const allLines = (count: number) => [
    ...Array.from({ length: count }, (_, n) => String(n + 1).padStart(9, '0')),
    'done',
  ];
  const numbers = () => written().map((line) => line.slice(0, 9));

  it('is held as a whole, says so, and goes on until its end; every line arrives, once and in order', async () => {
    const count = 60_000;
    const master = stage(count);
    project.enter();
    await held(master);
    await until(async () => (await areHeld()).every(Boolean), 'every process is held');
    assert.equal((await areHeld()).length, 2);
    const size = spoolBytes();
    assert.ok(size > bound && size < count * 100, `${size} bytes`);
    await askForTheRest();
    const { stdout } = await project.hsu('status');
    assert.match(stdout, /^w, running \(held: its output waits\), process/);
    assert.equal(spoolBytes(), size);
    clearTheWay();
    await until(() => isWritten('done'), 'the last line', 60_000);
    assert.deepEqual(
      numbers(),
      allLines(count).map((text) => text.slice(0, 9)),
    );
    await wentOn(master);
    await until(async () => (await areHeld()).join() === 'false,false', 'every process goes on');
    const [snapshot] = await project.status();
    assert.equal(snapshot?.restarts, 0);
  });

  it('is stopped as politely as any other', async () => {
    const master = stage(60_000);
    project.enter();
    await held(master);
    const { code, stdout } = await project.hsu('stop', 'w');
    assert.deepEqual([code, stdout], [0, 'w is stopped.\n']);
    assert.deepEqual(await areHeld(), []);
    const last = await project.hsu('logs', 'w', '--lines', '1');
    assert.equal(last.stdout, 'asked to end\n');
  });

  it('goes on under the next master when its own was killed meanwhile: the same process, no line lost', async () => {
    const count = 60_000;
    const first = stage(count);
    project.enter();
    await held(first);
    await until(async () => (await areHeld()).every(Boolean), 'every process is held');
    const [before] = await project.status();
    await askForTheRest();
    await first.kill();
    assert.deepEqual(await areHeld(), [true, true]);
    clearTheWay();
    const next = project.run();
    const { pid } = await next.worker('w', 'running');
    assert.equal(pid, before?.pid);
    await until(() => isWritten('done'), 'the last line', 60_000);
    assert.deepEqual(
      numbers(),
      allLines(count).map((text) => text.slice(0, 9)),
    );
  });

  it('that nobody will take over is ended by the next command', async () => {
    const master = stage(60_000);
    project.enter();
    await held(master);
    await until(async () => (await areHeld()).every(Boolean), 'every process is held');
    await master.kill();
    const { code, stderr } = await project.hsu('status');
    assert.equal(code, 1);
    assert.match(stderr, /A former master was killed and had left processes: /);
    assert.deepEqual(await areHeld(), []);
  });
});
