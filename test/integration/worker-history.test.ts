import assert from 'node:assert/strict';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const files = {
  'workers.yaml': `workers:
  - id: process
    type: process
    environment: { API_TOKEN: abcdef123456 }
    ready: { log: ^up$ }
    execution: { executable_path: node, args: [sleeper.mjs] }
  - id: module
    type: module
    depends_on: [process]
    module: { module_path: module.mjs, entry_point: create }
`,
  'workers.development.yaml': 'workers:\n  - id: module\n    start_timeout: 12s\n',
  // What it has in memory before it is up, nobody knows.
  'sleeper.mjs': `setInterval(() => {}, 60_000);\nconsole.log('up');\n`,
  'module.mjs': `export const create = () => ({ async start() {}, async stop() {} });\n`,
};

describe('what a master knows of its workers over time', function () {
  this.timeout(60_000);
  let project: Project;
  let master: MasterClient;

  before(async () => {
    project = new Project(files);
    project.enter();
    master = await connectToMaster({
      file: project.file,
      name: 'test',
      owner: true,
      spawn: { graceSeconds: 30, environment: 'development' },
    });
    await master.start([]);
  });

  after(async () => {
    await master.shutdown();
    master.dispose();
    await project.dispose();
  });

  it('measures a process when asked for its history', async () => {
    const [sample] = await master.history('process');
    assert.ok((sample?.memory_bytes ?? 0) > 10e6, JSON.stringify(sample));
    assert.equal(sample?.loop, null);
  });

  it('measures the loop of a module, which it shares with nobody here', async () => {
    const [sample] = await master.history('module');
    assert.ok(sample?.loop, JSON.stringify(sample));
    assert.ok((sample.loop.delay_ms ?? -1) >= 0);
    assert.ok((sample.loop.heap_bytes ?? 0) > 1e6);
    assert.deepEqual(sample.loop.shared_with, []);
  });

  it('goes on by itself while anybody is connected', async () => {
    await until(async () => (await master.history('process')).length >= 2, 'a second sample');
  });

  it('answers nothing for a worker there is not', async () => {
    assert.deepEqual(await master.history('nobody'), []);
    assert.deepEqual(await master.configuration('nobody'), []);
  });

  it('tells where the configuration comes from, and no secret', async () => {
    const settings = new Map((await master.configuration('module')).map(({ key, ...rest }) => [key, rest]));
    assert.deepEqual(settings.get('start_timeout'), { value: '12s', origin: 'overlay' });
    assert.deepEqual(settings.get('depends_on'), { value: ['process'], origin: 'file' });
    assert.equal(settings.get('restart.policy')?.origin, 'default');
    const secret = (await master.configuration('process')).find(({ key }) => key === 'environment.API_TOKEN');
    assert.deepEqual(secret, { key: 'environment.API_TOKEN', value: '[masked]', origin: 'file' });
  });

  it('says in every snapshot what a worker depends on', async () => {
    const workers = await master.snapshots();
    assert.deepEqual(
      workers.map(({ depends_on }) => depends_on),
      [[], ['process']],
    );
  });
});
