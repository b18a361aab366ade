import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workersFile = `workers:
  - id: x
    type: process
    execution: { executable_path: /bin/sh, args: [-c, 'echo out; echo last words >&2; exit 1'] }
    restart: { policy: always, max_retries: 0, retry_delay: 1ms, backoff_rate: 1, jitter: 0 }
`;

describe('a worker that crashes for ever', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(600_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile });
  });
  afterEach(() => project.dispose());

  it('costs no more after a thousand crashes than after three hundred: files, disk, descriptors, memory', async function () {
    if (process.platform !== 'linux') this.skip();
    const master = project.run();
    const early = await costAt(master, 300);
    assert.deepEqual(early.others, []);
    await restarted(master, 1000);
    let late = cost(master.pid);
    // Between two runs nothing is open, and garbage is collected when V8 likes to: what leaks never comes back.
    await until(
      () => {
        late = cost(master.pid);
        assert.deepEqual(late.others, []);
        return late.descriptors <= early.descriptors && late.rssMb < early.rssMb + 30;
      },
      () => `the cost to be as before: ${JSON.stringify(early)} became ${JSON.stringify(late)}`,
      240_000,
    );
    // The state file grows by a line for each change until it is written anew, at a size that does not depend on how long.
    assert.ok(late.bytes < early.bytes + 512 * 1024, `${early.bytes} bytes became ${late.bytes}`);
    const { code } = await master.interrupt();
    assert.equal(code, 0);
  });

  const restarted = (master: ForegroundMaster, times: number) =>
    master.event((event) => event.event === 'worker' && Number(event['restarts']) >= times);

  /** What it takes while it goes on crashing: the least of some looks, for between two runs nothing is open. */
  async function costAt(master: ForegroundMaster, restarts: number) {
    const costs: ReturnType<typeof cost>[] = [];
    for (let look = 0; look < 30; look += 1) {
      await restarted(master, restarts + look);
      costs.push(cost(master.pid));
    }
    const least = (of: (one: ReturnType<typeof cost>) => number) => Math.min(...costs.map(of));
    return {
      others: [...new Set(costs.flatMap(({ others }) => others))],
      bytes: least(({ bytes }) => bytes),
      descriptors: least(({ descriptors }) => descriptors),
      rssMb: least(({ rssMb }) => rssMb),
    };
  }

  function cost(pid: number) {
    const files = filesBelow(project.runtimeFolder);
    return {
      others: othersAmong([...files.keys()]),
      bytes: [...files.values()].reduce((sum, size) => sum + size, 0),
      descriptors: readdirSync(`/proc/${pid}/fd`).length,
      rssMb: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    };
  }
});

/**
 * The files that are neither the master's few nor of the newest runs: twenty that are over, the one that is on, and one that
 * has just begun or is about to be dropped. A run has its two streams in one folder and their index in another, and each
 * folder was read at a moment of its own.
 */
function othersAmong(files: readonly string[]): string[] {
  const ofRuns = files.filter((file) => !/^\w+\/(?:lock|state\.json(?:\.new)?)$/.test(file));
  const kinds = [/^\w+\/logs\/x\.(\d+)\.(?:out|err)$/, /^\w+\/logs\/index\/x\.(\d+)$/];
  return kinds.reduce((left, kind) => {
    const runOf = (file: string) => Number(kind.exec(file)?.[1] ?? -1);
    const newest = Math.max(...left.map(runOf));
    return left.filter((file) => !kind.test(file) || runOf(file) <= newest - 22);
  }, ofRuns);
}

/** The sizes of all files below a folder, by name; one that goes meanwhile is none. */
function filesBelow(folder: string): ReadonlyMap<string, number> {
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
      const stat = statSync(path.join(folder, name), { throwIfNoEntry: false });
      return stat?.isFile() ? [[name, stat.size] as const] : [];
    }),
  );
}
