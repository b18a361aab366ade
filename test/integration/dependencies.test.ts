import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/**
 * Notes in "order" that it begins and, when the file that it waits for is there, that it is ready; that it is asked to end,
 * and when the other file is there that it ends.
 */
const program = `
import { appendFileSync, existsSync } from 'node:fs';
const [id, go = '', end = ''] = process.argv.slice(2);
const note = (what) => appendFileSync('order', what + ' ' + id + '\\n');
const when = (file, then) => {
  if (file !== '' && !existsSync(file)) return void setTimeout(when, 5, file, then);
  then();
};
note('begins');
process.on('SIGTERM', () => (note('asked'), when(end, () => (note('ends'), process.exit(0)))));
when(go, () => (note('ready'), console.log('ready now')));
setInterval(() => {}, 1 << 30);
`;

const worker = (id: string, more = '', args: readonly string[] = []) =>
  `  - { id: ${id}, type: process, ready: { log: ready now }, restart: { policy: on-failure, retry_delay: 1h, jitter: 0 }, ` +
  `execution: { executable_path: node, args: [program.mjs, ${[id, ...args].map((one) => JSON.stringify(one)).join(', ')}] }${more} }\n`;

describe('workers that depend on each other', function () {
  this.timeout(180_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'program.mjs': program });
  });
  afterEach(() => project.dispose());

  const order = (): readonly string[] => {
    const file = path.join(project.folder, 'order');
    return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  };
  const noted = (line: string) => until(() => order().includes(line), `"${line}"`);
  const touch = (name: string) => writeFileSync(path.join(project.folder, name), '');

  it('start side by side as far as they can, each when what it depends on is ready, and stop in reverse', async () => {
    project.write(
      'workers.yaml',
      'workers:\n' +
        worker('web', ', depends_on: [api]', ['', 'web-ends']) +
        worker('api', ', depends_on: [db, cache]', ['', 'api-ends']) +
        worker('db', '', ['db-goes']) +
        worker('cache', '', ['cache-goes']),
    );
    const master = project.run();
    // Neither is ready, and both have begun: they do not wait for each other.
    await Promise.all([noted('begins db'), noted('begins cache')]);
    touch('db-goes');
    await noted('ready db');
    await master.worker('db', 'running');
    assert.ok(!order().includes('begins api'), 'what else it depends on is not ready');
    touch('cache-goes');
    await master.worker('web', 'running');
    const started = order().filter((line) => /^(?:begins|ready) (?:api|web)$/.test(line));
    assert.deepEqual(started, ['begins api', 'ready api', 'begins web', 'ready web']);
    assert.ok(order().indexOf('ready cache') < order().indexOf('begins api'));

    const ended = master.interrupt();
    await noted('asked web');
    assert.ok(!order().includes('asked api'), 'web still needs it');
    touch('web-ends');
    await noted('asked api');
    assert.ok(order().includes('ends web'));
    assert.ok(!order().includes('asked db') && !order().includes('asked cache'));
    touch('api-ends');
    assert.equal((await ended).code, 0);
    const last = order().slice(order().indexOf('ends api'));
    assert.deepEqual(last.toSorted(), ['asked cache', 'asked db', 'ends api', 'ends cache', 'ends db']);
  });

  it('say what failed, each of them, are not begun, and run when it does after all', async () => {
    project.write('fails.mjs', 'console.error("Error: the disk is gone");\nprocess.exit(3);\n');
    const failing = worker('db').replace('program.mjs', 'fails.mjs');
    const dependants = worker('web', ', depends_on: [api]') + worker('api', ', depends_on: [db]') + worker('other');
    project.write('workers.yaml', `workers:\n${dependants}${failing}`);
    const master = project.run();
    const [web, api] = await Promise.all([master.worker('web', 'failed'), master.worker('api', 'failed')]);
    assert.deepEqual([web.last_error?.code, api.last_error?.code], ['dependency', 'dependency']);
    const why = /because it depends on db: db exited with code 3: Error: the disk is gone/;
    assert.match(api.last_error?.message ?? '', why);
    assert.match(
      web.last_error?.message ?? '',
      new RegExp(`^web cannot start, because it depends on api: .*${why.source}`),
    );
    const { stdout, code } = await project.hsu('status');
    assert.equal(code, 1);
    assert.equal(stdout.match(new RegExp(why.source, 'g'))?.length, 2);
    await master.worker('other', 'running');
    assert.deepEqual(
      order().filter((line) => !line.endsWith(' other')),
      [],
    );

    project.write('workers.yaml', `workers:\n${dependants}${worker('db')}`);
    await project.hsu('apply');
    assert.deepEqual((await project.hsu('start', 'db')).stdout, 'db is running.\n');
    await Promise.all(['web', 'api'].map((id) => master.worker(id, 'running')));
    assert.deepEqual(
      order().filter((line) => line.startsWith('begins') && !line.endsWith(' other')),
      ['begins db', 'begins api', 'begins web'],
    );
  });

  it('go on when what they depend on fails later, and each of them says so as long as that lasts', async () => {
    const dependants = worker('web', ', depends_on: [api]') + worker('api', ', depends_on: [db]');
    project.write('workers.yaml', `workers:\n${dependants}${worker('db')}`);
    const master = project.run();
    const web = await master.worker('web', 'running');
    const db = await master.worker('db', 'running');
    process.kill(db.pid, 'SIGKILL');
    const tells = (id: string, failed: readonly string[]) =>
      until(
        () => {
          const last = master.events.findLast((event) => event.event === 'worker' && event['id'] === id);
          return JSON.stringify(last?.['failed_dependencies']) === JSON.stringify(failed);
        },
        `${id} to tell of ${failed.join() || 'nothing'}`,
      );
    await Promise.all([tells('web', ['db']), tells('api', ['db'])]);
    // It is planned when nothing of what failed is left.
    await master.event(({ id, state, retry_at: at }) => id === 'db' && state === 'failed' && at !== null);
    const { stdout } = await project.hsu('status');
    assert.match(stdout, /^web, running, process, db failed, on which it depends$/m);
    assert.match(stdout, /^api, running, process, db failed, on which it depends$/m);
    assert.match(stdout, /^db, failed, process, next try at /m);
    await project.hsu('start', 'db');
    await Promise.all([tells('web', []), tells('api', [])]);
    const [same] = await project.status();
    assert.deepEqual([same?.pid, same?.restarts], [web.pid, 0]);
  });
});
