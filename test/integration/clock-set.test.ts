import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster } from '../../master/connect.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const fixtures = path.join(ROOT_FOLDER, 'test/fixtures');

const workersFile = `workers:
  - id: steady
    type: process
    execution: { executable_path: node, args: [steady.mjs] }
    health_check: { type: exec, exec: { command: /bin/sh, args: [-c, 'echo x >> asked'] }, interval: 2s }
  - id: flaky
    type: process
    execution: { executable_path: ${fixtures}/programs/crashes-soon.mjs }
    restart: { policy: always, max_retries: 0, retry_delay: 50ms, backoff_rate: 1, window: 1m }
  - id: slow
    type: process
    execution: { executable_path: node, args: [slow.mjs] }
    ready: { log: ready, timeout: 10m }
`;

const steady = `
process.on('SIGTERM', () => { console.log('asked'); setTimeout(() => process.exit(0), 300); });
setInterval(() => console.log('tick'), 20);
`;
const slow = `
import { existsSync } from 'node:fs';
setInterval(() => { if (existsSync('go')) console.log('ready'); }, 20);
`;

describe('the clock of the machine is set', function () {
  // Bounds a hang; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  afterEach(() => project.dispose());

  it('a day forward and a day back: no worker is disturbed, none waits for ever, and the end is as polite as ever', async () => {
    const day = 24 * 3_600_000;
    project = new Project({ 'workers.yaml': workersFile, 'steady.mjs': steady, 'slow.mjs': slow, offset: '0' });
    const preload = path.join(fixtures, 'goes-by-a-set-clock.cjs');
    const clock = path.join(project.folder, 'offset');
    const master = project.runThrough(['/usr/bin/env', `NODE_OPTIONS=--require ${preload}`, `SET_CLOCK=${clock}`]);
    const before = await master.worker('steady', 'running');
    project.enter();
    const client = await connectToMaster({ file: project.file, name: 'test', owner: false });
    const of = async (id: string) => (await client.snapshots()).find((one) => one.id === id);
    const asked = () => readFileSync(path.join(project.folder, 'asked'), 'utf8').length / 2;
    const lines = () => client.logs({ id: 'steady', lines: 100_000 });
    for (const offset of [day, -day, 0]) {
      project.write('offset', String(offset));
      const [restarts, written, checks] = [(await of('flaky'))?.restarts ?? 0, (await lines()).length, asked()];
      await until(async () => ((await of('flaky'))?.restarts ?? 0) > restarts + 3, 'further restarts', 60_000);
      await until(async () => (await lines()).length > written, 'further lines');
      // The second one begins when the first, which may have begun before, has had its effect.
      await until(() => asked() > checks + 1, 'further checks');
      assert.equal((await of('slow'))?.state, 'starting');
      const now = await of('steady');
      assert.deepEqual(
        [now?.last_error?.message, now?.state, now?.health, now?.pid, now?.restarts],
        [undefined, 'running', 'healthy', before.pid, 0],
      );
      assert.ok(Math.abs(Date.parse((await lines()).at(-1)?.time ?? '') - Date.now() - offset) < day / 2);
    }
    project.write('go', '');
    await master.worker('slow', 'running');
    const seqs = (await lines()).map(({ seq }) => seq);
    assert.deepEqual(
      seqs,
      seqs.map((_, at) => at + 1),
    );
    client.dispose();
    const interrupted = master.interrupt();
    project.write('offset', String(day));
    const { code, stderr } = await interrupted;
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(
      master.events.some((event) => event.event === 'log' && event['id'] === 'steady' && event['text'] === 'asked'),
      'it was killed without being asked',
    );
  });
});
