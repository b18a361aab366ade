import assert from 'node:assert/strict';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project } from '../support/hsu.ts';
import { compilerPatienceMs, goLibrary, nativeLibrary } from '../support/native-library.ts';
import { until } from '../support/until.ts';

const workers = (inC: string, inGo: string) => `workers:
  - id: good
    type: process
    execution: { executable_path: node, args: [sleeper.mjs] }
  - id: beside
    type: module
    module: { module_path: beside.mjs, entry_point: create }
  - id: later
    type: module
    module: { module_path: ${inC}, entry_point: CreateCrasher }
  - id: at-once
    type: module
    module: { module_path: ${inC}, entry_point: CreateStartCrasher }
  - id: raises
    type: module
    module: { module_path: ${inC}, entry_point: CreateRaiser }
  - id: panics
    type: module
    module: { module_path: ${inGo}, entry_point: CreatePanicker }
`;
const files = {
  'sleeper.mjs': `setInterval(() => {}, 60_000);\n`,
  'beside.mjs': `export const create = () => ({ start() {} });\n`,
};

describe('a native module that crashes', function () {
  this.timeout(120_000);
  let project: Project;
  let client: MasterClient;
  let inC: string;
  let inGo: string;

  before(async function () {
    this.timeout(compilerPatienceMs);
    inC = await nativeLibrary('perils');
    inGo = await goLibrary('panics');
  });
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers(inC, inGo), ...files });
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

  for (const [id, when] of [
    ['later', 'on a thread of its own'],
    ['at-once', 'as it starts'],
    ['raises', 'by the signal of a crash that it sends'],
    ['panics', 'by a panic of Go'],
  ] as const) {
    it(`${when} takes the master along; the next one has the others back, and holds it back when that happens again`, async () => {
      await connect();
      await client.start(['good', 'beside']);
      const before = await worker('good');
      const pids = [client.welcome.pid];
      // The crash may come before the answer.
      const [, ended] = [client.start([id]).catch(() => undefined), client.closed()];
      await ended;
      for (let crash = 2; ; crash++) {
        await connect();
        pids.push(client.welcome.pid);
        const gone = client.closed().then(() => 'gone' as const);
        const settled = until(async () => (await worker(id))?.state === 'failed', 'it to be held back').then(
          () => 'held back' as const,
          () => gone,
        );
        if ((await Promise.race([gone, settled])) === 'held back') break;
        assert.ok(crash < 5, 'the master died again and again');
      }
      assert.equal(new Set(pids).size, 3, 'two masters died');
      const held = await worker(id);
      assert.equal(held?.last_error?.code, 'held-back');
      assert.match(
        held.last_error.message,
        new RegExp(
          `^${id} is held back: the master died 2 times while it ran in it as native code \\(.*(?:perils|panics-go)\\.so\\)\\. Run it with type: process, where it can end only itself, or start it to try once more\\.$`,
        ),
      );
      const back = async (other: string) => {
        let now: WorkerSnapshot | undefined;
        const isBack = async () => (now = await worker(other))?.state === 'running';
        await until(isBack, () => `${other} to be back; it is ${now?.state}`);
        return now;
      };
      await back('beside');
      const after = await back('good');
      assert.deepEqual([after?.pid, after?.restarts], [before?.pid, 0]);
    });
  }
});
