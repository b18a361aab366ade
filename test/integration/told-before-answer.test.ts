import assert from 'node:assert/strict';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';
import { Project } from '../support/hsu.ts';

const files = {
  'workers.yaml': `workers:
  - id: module
    type: module
    module: { module_path: module.mjs, entry_point: create }
`,
  'module.mjs': 'export const create = () => ({ async start() {}, async stop() {} });\n',
};

describe('a client that has the answer to its order', function () {
  this.timeout(60_000);
  let project: Project;
  let client: MasterClient;

  before(async () => {
    project = new Project(files);
    project.enter();
    client = await connectToMaster({ file: project.file, name: 'test', owner: true, spawn: { graceSeconds: 30 } });
  });

  after(async () => {
    await client.shutdown();
    client.dispose();
    await project.dispose();
  });

  const orders: readonly (readonly ['start' | 'swap' | 'restart' | 'stop', WorkerState])[] = [
    ['start', 'running'],
    ['swap', 'running'],
    ['restart', 'running'],
    ['stop', 'stopped'],
  ];
  for (const [order, state] of orders) {
    it(`was told before what became of the worker: ${order}`, async () => {
      const told: (WorkerState | undefined)[] = [];
      const listening = client.onSnapshots(([worker]) => told.push(worker?.state));
      const [outcome] = await client[order](['module']);
      listening.dispose();
      assert.ok(outcome?.ok, JSON.stringify(outcome));
      assert.equal(told.at(-1), state);
    });
  }
});
