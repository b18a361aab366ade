import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const floods = path.join(ROOT_FOLDER, 'test/fixtures/programs/floods-when-asked.mjs');
const count = 200_000;

const workersFile = (store: string) => `workers:
  - { id: w, type: process, execution: { executable_path: ${floods}, args: ["${count}"] } }
log_collection: { default_worker: { store: ${store} } }
`;

describe('a reader of stdout that pauses', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    project = new Project();
    project.enter();
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await project.dispose();
  });

  /** Its stdout is a pipe; what comes is gathered while it is read. */
  const hsu = (...words: string[]) => {
    const child = spawn(process.execPath, [path.join(DIST_FOLDER, 'cli.js'), ...words], {
      cwd: project.folder,
      env: project.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let stderr = '';
    let stdout = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    // What it has written may be read after its exit.
    const ended = once(child, 'close');
    return {
      pid: child.pid ?? 0,
      stdout: child.stdout,
      stderr: () => stderr,
      /** Resolves when it follows the worker; from then on nobody reads. */
      async untilReady() {
        await until(() => stdout.includes('ready\n'), 'the first line', 60_000);
        child.stdout.pause();
      },
      numbers: () => [...stdout.matchAll(/^(?:w \| )?(\d{9}) x+$/gm)].map(([, number]) => Number(number)),
      /** Reads on until the last line, as long as anything comes. */
      async readAll() {
        child.stdout.resume();
        const last = `${String(count).padStart(9, '0')} `;
        for (let came = -1; !stdout.includes(last, came);) {
          came = Math.max(0, stdout.length - last.length);
          await until(
            () => stdout.length > came + last.length,
            () => `more before the last line; ${stdout.length} characters came, and ${stderr}`,
          );
        }
      },
      async interrupt() {
        child.kill('SIGINT');
        child.stdout.resume();
        await ended;
      },
      ended,
    };
  };
  /** Resolves when everything is in the store. */
  const flood = async (client: MasterClient) => {
    const [worker] = await client.snapshots();
    // To 0 the signal would go to this process.
    assert.ok(worker && worker.pid > 0);
    process.kill(worker.pid, 'SIGUSR2');
    await until(
      async () => {
        const [last] = await client.logs({ id: 'w', lines: 1, stream: 'stdout' });
        return Number(last?.text.slice(0, 9)) === count;
      },
      'the last line in the store',
      60_000,
    );
  };
  const connect = (spawning: boolean) =>
    connectToMaster({
      file: project.file,
      name: 'test',
      owner: spawning,
      ...(spawning ? { spawn: { graceSeconds: 30 } } : {}),
    });
  /** Every line came once and in order, but for those that are said to be missing. */
  const assertComplete = (numbers: readonly number[], stderr: string, isCut: boolean) => {
    const missing = [...stderr.matchAll(/^(\d+) lines (?:of w )?are missing here/gm)].map(([, lines]) => Number(lines));
    assert.ok(numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? 0)));
    assert.equal(numbers.at(-1), count);
    assert.equal(missing.length > 0, isCut);
    const gaps = numbers.flatMap((number, at) => {
      const gap = number - (numbers[at - 1] ?? 0) - 1;
      return gap > 0 ? [gap] : [];
    });
    // The one line on stderr may be among what is missing.
    const difference = missing.reduce((a, b) => a + b, 0) - gaps.reduce((a, b) => a + b, 0);
    assert.ok(difference === 0 || (isCut && difference === 1), `${missing.join()} told, ${gaps.join()} missing`);
  };

  for (const [what, store, isCut] of [
    ['gets every line in the end', '{ max_size: 100MB }', false],
    ['is told how many the store kept no longer', '{ max_size: 2MB }', true],
  ] as const) {
    it(`behind hsu logs -f ${what}; neither it nor the master grows`, async () => {
      project.write('workers.yaml', workersFile(store));
      const master = await connect(true);
      await master.start(['w']);
      const logs = hsu('logs', 'w', '-f');
      await logs.untilReady();
      const before = { logs: residentBytes(logs.pid), master: residentBytes(master.welcome.pid) };
      await flood(master);
      const grown = {
        logs: residentBytes(logs.pid) - before.logs,
        master: residentBytes(master.welcome.pid) - before.master,
      };
      assert.ok(grown.logs < 60_000_000 && grown.master < 60_000_000, JSON.stringify(grown));
      await logs.readAll();
      await logs.interrupt();
      assertComplete(logs.numbers(), logs.stderr(), isCut);
      await master.shutdown().catch(() => undefined);
      master.dispose();
    });

    it(`behind hsu run ${what}; the master answers meanwhile and does not grow`, async () => {
      project.write('workers.yaml', workersFile(store));
      const run = hsu('run');
      await run.untilReady();
      const before = residentBytes(run.pid);
      const client = await connect(false);
      await flood(client);
      const grown = residentBytes(run.pid) - before;
      assert.ok(grown < 60_000_000, `${grown} bytes`);
      await run.readAll();
      client.dispose();
      await run.interrupt();
      assertComplete(run.numbers(), run.stderr(), isCut);
    });
  }

  it('for good does not keep hsu run from ending; what it did not read is told', async () => {
    project.write('workers.yaml', workersFile('{ max_size: 100MB }'));
    const run = hsu('run');
    await run.untilReady();
    const client = await connect(false);
    await flood(client);
    client.dispose();
    process.kill(run.pid, 'SIGINT');
    await until(() => /^\d+ lines of w are not shown: nobody read them\.$/m.test(run.stderr()), 'the count');
    run.stdout.resume();
    await run.ended;
    const [, left] = /^(\d+) lines of w are not shown/m.exec(run.stderr()) ?? [];
    // Of the lines that were not shown one may be the one on stderr.
    const unshown = count - run.numbers().length;
    assert.ok([unshown, unshown + 1].includes(Number(left)), `${unshown} unshown, ${left} told`);
  });

  it('and closes it ends hsu run, with all workers', async () => {
    project.write('workers.yaml', workersFile('{ max_size: 100MB }'));
    const run = hsu('run');
    await run.untilReady();
    const client = await connect(false);
    run.stdout.destroy();
    await flood(client).catch(() => undefined);
    await run.ended;
    client.dispose();
    const { stderr } = await project.hsu('status');
    assert.doesNotMatch(stderr, /had left processes/);
  });
});

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}
