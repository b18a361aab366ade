import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { placesOf } from '../../master/places.ts';
import { readState } from '../../master/state-file.ts';
import { workerMarkers } from '../../master/workers/process/environment.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workers = `workers:
  - { id: one, type: process, execution: { executable_path: node, args: [sleeper.mjs] } }
  - { id: two, type: module, module: { module_path: sleeper.mjs } }
`;

describe('a running worker that the file has no more', function () {
  this.timeout(60_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers, 'sleeper.mjs': 'setInterval(() => {}, 60_000);\n' });
  });
  afterEach(() => project.dispose());

  it('has its whole tree ended by apply, and nothing of it is shown any more; its counts wait for it', async () => {
    const grows = path.join(ROOT_FOLDER, 'test/fixtures/programs/forks-setsid-grandchild.mjs');
    const added = `  - id: tree
    type: process
    ready: notify
    graceful_timeout: 500ms
    execution: { executable_path: node, args: [tree.mjs] }
`;
    const says = `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.HSU_NOTIFY_FILE, 'READY=1\\n');\n`;
    project.write('tree.mjs', `${says}await import(${JSON.stringify(grows)});\n`);
    project.write('workers.yaml', workers + added);
    const master = project.run();
    const before = await Promise.all(['one', 'two'].map((id) => master.worker(id, 'running')));
    await master.worker('tree', 'running');
    const { key } = placesOf(project.file);
    const members = async () => (await thisMachine.list()).filter(({ carries }) => carries(workerMarkers('tree', key)));
    await until(async () => (await members()).length > 1, 'a tree of several processes');
    const own = path.join(project.runtimeFolder, key);
    assert.equal(readdirSync(path.join(own, 'notify')).length, 1);

    project.write('workers.yaml', workers);
    const plan = 'removed: tree\nunchanged: 2\n';
    assert.equal((await project.hsu('apply', '--dry-run')).stdout, plan);
    assert.ok((await members()).length > 1, 'a dry run ends nothing');
    assert.equal((await project.hsu('apply')).stdout, plan);
    assert.deepEqual(await members(), []);
    const facts = (one: WorkerSnapshot) => [one.id, one.pid, one.restarts, one.since];
    assert.deepEqual((await project.status()).map(facts), before.map(facts));
    assert.match((await project.hsu('logs', 'tree')).stderr, /There is no worker "tree" in the workers file/);
    assert.match((await project.hsu('start', 'tree')).stderr, /There is no worker "tree" in the workers file/);
    assert.deepEqual(readdirSync(path.join(own, 'notify')), []);
    const { last, ...counts } = readState(path.join(own, 'state.json')).state.get('tree') ?? {};
    assert.deepEqual(counts, { wanted: false, runs: 1, restarts: 0, run: null }, 'its counts go on if it comes back');
    assert.ok(last, 'its last run is told then');

    project.write('workers.yaml', workers + added);
    await project.hsu('apply');
    await project.hsu('start', 'tree');
    const again = (await project.status()).find(({ id }) => id === 'tree');
    assert.deepEqual([again?.state, again?.restarts], ['running', 1]);
    await master.interrupt();
    assert.deepEqual(await members(), []);
  });
});
