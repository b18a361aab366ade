import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import { placesOf } from '../../master/places.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workersFile = `workers:
  - id: good
    type: process
    execution: { executable_path: node, args: [sleeper.mjs] }
  - id: beside
    type: module
    module: { module_path: beside.mjs, entry_point: create }
  - id: greedy
    type: module
    restart: never
    module: { module_path: greedy.mjs, entry_point: create }
`;
const files = {
  'sleeper.mjs': `setInterval(() => {}, 60_000);\n`,
  'beside.mjs': `export const create = () => ({ start() {} });\n`,
  // Threads of a module's own have the limits that it gives them, and V8 ends the process over one allocation that is too large.
  'greedy.mjs': `import { existsSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
const filled = new URL('filled', import.meta.url);
export const create = () => ({
  start() {
    if (existsSync(filled)) return;
    writeFileSync(filled, '');
    new Worker('const held = []; for (;;) held.push(new Array(5_000_000).fill(0));', {
      eval: true,
      resourceLimits: { maxOldGenerationSizeMb: 16 },
    });
  },
});
`,
};

describe('a master that V8 aborts for want of memory', function () {
  this.timeout(60_000);
  let project: Project;
  let client: MasterClient;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile, ...files });
    project.enter();
  });
  afterEach(async () => {
    await client.shutdown().catch(() => undefined);
    client.dispose();
    await project.dispose();
  });

  const connect = async () => {
    client = await connectToMaster({ file: project.file, name: 'test', owner: true, spawn: { graceSeconds: 30 } });
  };
  const worker = async (id: string) => (await client.snapshots()).find((one) => one.id === id);
  const runs = (id: string) => until(async () => (await worker(id))?.state === 'running', `${id} to run`);

  it('is another one for its next owner, with the same processes, its modules again, and what it died of', async () => {
    await connect();
    await client.start(['good', 'beside']);
    const [before, { pid }] = [await worker('good'), client.welcome];
    const [, ended] = [client.start(['greedy']).catch(() => undefined), client.closed()];
    await ended;

    await connect();
    assert.notEqual(client.welcome.pid, pid);
    await Promise.all(['good', 'beside', 'greedy'].map(runs));
    const after = await worker('good');
    assert.deepEqual([after?.pid, after?.restarts], [before?.pid, 0]);
    const said = readFileSync(placesOf(project.file).log, 'utf8');
    assert.match(
      said,
      /^The former master died: V8 had no memory left \(.*JavaScript heap out of memory\), which ends the whole process\. In it ran: beside, greedy\. Run the one that holds much with type: process, or with module\.isolation: thread and a limit \(limits\.memory\.max_rss\)\.$/m,
    );
    for (const id of ['beside', 'greedy']) {
      const lines = await client.logs({ id, lines: 20 });
      assert.match(
        lines.map(({ text }) => text).join('\n'),
        /The former master died: V8 had no memory left/,
        `the log of ${id}`,
      );
    }
  });
});
