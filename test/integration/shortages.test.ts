import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { placesOf } from '../../master/places.ts';
import { masterMarker } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';

const ids = Array.from({ length: 30 }, (_, n) => `w${n}`);
/** Workers that sleep; behind an id may stand more of its item. */
const workersFile = (items: readonly string[]) =>
  [
    'workers:',
    ...items.map(
      (id) => `  - { id: ${id}, type: process, restart: never, execution: { executable_path: sleep, args: ["600"] } }`,
    ),
    '',
  ].join('\n');

/** The master goes on, says which worker lacks what, and ends everything in the end. */
describe('where the system runs short', function () {
  this.timeout(60_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile(ids) });
  });
  afterEach(() => project.dispose());

  it('of open files, the workers that find none fail with a sentence, the others run and can be stopped', async () => {
    // One after the other, so that each finds what those before it have left.
    const chain = ids.map((id, n) => (n === 0 ? id : `${id}, depends_on: [w${n - 1}]`));
    project.write('workers.yaml', workersFile(chain));
    const master = project.runThrough(['/bin/sh', '-c', 'ulimit -n 80; exec "$@"', 'sh']);
    const { running, failed } = await settled(master);
    assert.ok(running.length > 0 && failed.length > 0, `${running.length} running, ${failed.length} failed`);
    const errors = failed.map(({ last_error: error }) => error);
    assert.deepEqual(new Set(errors.map((error) => error?.code)), new Set(['resource-limit', 'dependency']));
    for (const error of errors) {
      assert.match(error?.message ?? '', /too many files are open \(EMFILE\)\. Raise the limit \(ulimit -n\)/);
    }
    assert.deepEqual(await pidsOfWorkers(), running.map(({ pid }) => pid).sort(byNumber));
    assert.equal((await master.interrupt()).code, 0);
    assert.deepEqual(await pidsOfWorkers(), []);
  });

  it('of processes, the workers that find none fail with a sentence, the others run and can be stopped', async function () {
    const group = processGroup(40);
    if (!group) return this.skip();
    try {
      const master = project.runThrough(['/bin/sh', '-c', `echo $$ > ${group}/cgroup.procs; exec "$@"`, 'sh']);
      const { running, failed } = await settled(master);
      assert.ok(running.length > 0 && failed.length > 0, `${running.length} running, ${failed.length} failed`);
      for (const { last_error: error } of failed) {
        assert.equal(error?.code, 'resource-limit');
        assert.match(error.message, /^w\d+ cannot start: the system has no room for another process \(EAGAIN\)\./);
      }
      assert.equal((await master.interrupt()).code, 0);
      assert.deepEqual(await pidsOfWorkers(), []);
    } finally {
      rmdirSync(group);
    }
  });

  it('of room on the disk, the workers run on, can be stopped and started, and nothing is left', async function () {
    if (!mounted(project.runtimeFolder)) return this.skip();
    try {
      project.write('workers.yaml', workersFile(['w0', 'w1']));
      const master = project.run();
      const first = await master.worker('w0', 'running');
      await master.worker('w1', 'running');
      const filler = path.join(project.runtimeFolder, 'filler');
      fill(filler);
      // The page that the state ends in has room for some changes more.
      for (let round = 0; round < 12; round += 1) assert.equal((await project.hsu('restart', 'w0')).code, 0);
      assert.equal((await project.hsu('stop', 'w1')).code, 0);
      const [again, stopped] = await project.status();
      assert.deepEqual([again?.state, stopped?.state], ['running', 'stopped']);
      assert.notEqual(again?.pid, first.pid);
      assert.deepEqual(await pidsOfWorkers(), [again?.pid]);
      rmSync(filler);
      assert.equal((await project.hsu('start', 'w1')).code, 0);
      const { stderr } = await master.kill();
      assert.match(stderr, /^The state .* cannot be saved: ENOSPC.* The workers run on; /);
      // What there was no room for was saved with the next change.
      const next = project.run();
      assert.equal((await next.worker('w0', 'running')).pid, again?.pid);
      assert.equal((await next.interrupt()).code, 0);
      assert.deepEqual(await pidsOfWorkers(), []);
    } finally {
      await project.endMasters();
      execFileSync('umount', ['-l', project.runtimeFolder]);
    }
  });

  /** What each worker came to. */
  async function settled(master: ForegroundMaster) {
    const last = new Map<string, WorkerSnapshot>();
    for (const id of ids) {
      await master.event((event) => {
        const worker = event as unknown as WorkerSnapshot;
        if (event.event !== 'worker' || worker.id !== id) return false;
        if (worker.state === 'running' || worker.state === 'failed') last.set(id, worker);
        return last.has(id);
      });
    }
    const workers = [...last.values()];
    return {
      running: workers.filter(({ state }) => state === 'running'),
      failed: workers.filter(({ state }) => state === 'failed'),
    };
  }

  async function pidsOfWorkers(): Promise<number[]> {
    const marker = masterMarker(placesOf(project.file).key);
    const entries = (await thisMachine.list()).filter((entry) => entry.carries([marker]));
    return entries.map(({ pid }) => pid).sort(byNumber);
  }
});

function byNumber(one: number, other: number): number {
  return one - other;
}

/** A cgroup that holds so many processes and threads; undefined where none may be made. */
function processGroup(most: number): string | undefined {
  const group = `/sys/fs/cgroup/pids/hsu-test-${process.pid}`;
  try {
    mkdirSync(group);
    writeFileSync(path.join(group, 'pids.max'), String(most));
    return group;
  } catch {
    return undefined;
  }
}

/** Puts a file system of 256 KiB there; false where that is not permitted. */
function mounted(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k,mode=700', 'none', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function fill(file: string): void {
  try {
    writeFileSync(file, Buffer.alloc(1024 * 1024));
    assert.fail('there is more room than was given');
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  }
}
