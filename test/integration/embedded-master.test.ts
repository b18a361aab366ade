import assert from 'node:assert/strict';
import { connectToMaster, NoMasterError } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAlive, Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const workers = `workers:
  - id: one
    type: process
    execution: { executable_path: node, args: [sleeper.mjs] }
`;
const sleeper = `setInterval(() => {}, 60_000); console.log('up');\n`;

describe('the embedded master', function () {
  this.timeout(180_000);
  let project: Project;
  const clients: MasterClient[] = [];

  beforeEach(() => {
    project = new Project({ 'workers.yaml': workers, 'sleeper.mjs': sleeper });
    project.enter();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) {
      await client.shutdown().catch(() => undefined);
      client.dispose();
    }
    await project.dispose();
  });

  async function connect(graceSeconds: number, version?: string): Promise<MasterClient> {
    const asked = { file: project.file, name: 'test', owner: true, spawn: { graceSeconds } };
    const client = await connectToMaster({ ...asked, ...(version === undefined ? {} : { version }) });
    clients.push(client);
    return client;
  }

  it('is started by the first that asks, and shared by all that ask at once', async () => {
    const all = await Promise.all(Array.from({ length: 4 }, () => connect(30)));
    assert.equal(new Set(all.map(({ welcome }) => welcome.pid)).size, 1);
    assert.notEqual(all[0]?.welcome.pid, process.pid);
  });

  it('answers who asks it to end before it does', async () => {
    const client = await connect(30);
    await client.start(['one']);
    const gone = client.closed();
    assert.deepEqual(
      (await client.shutdown()).map(({ id, ok }) => [id, ok]),
      [['one', true]],
    );
    await gone;
  });

  it('is not started by those who only want to look', async () => {
    await assert.rejects(connectToMaster({ file: project.file, name: 'test', owner: false }), NoMasterError);
  });

  it('pushes whole snapshots of every change', async () => {
    const client = await connect(30);
    const seen: string[] = [];
    const running = new Promise<readonly WorkerSnapshot[]>((resolve) => {
      client.onSnapshots((workers) => {
        seen.push(workers.map(({ id, state }) => `${id} ${state}`).join());
        if (workers[0]?.state === 'running') resolve(workers);
      });
    });
    await client.start(['one']);
    assert.equal((await running).length, 1);
    assert.ok(seen.includes('one starting'), seen.join(' | '));
  });

  it('lives through the grace time without an owner, and is the same when one comes back in time', async () => {
    const first = await connect(30);
    assert.deepEqual(await first.start([]), [{ id: 'one', ok: true, message: 'one is running.' }]);
    const [before] = await first.snapshots();
    first.dispose();
    clients.length = 0;
    const second = await connect(30);
    const [after] = await second.snapshots();
    assert.equal(second.welcome.pid, first.welcome.pid);
    assert.deepEqual([after?.state, after?.pid], ['running', before?.pid]);
  });

  it('waits for its first owner beyond the grace time, then stops everything and ends when no owner comes back', async () => {
    const client = await connect(0);
    await client.start([]);
    const [worker] = await client.snapshots();
    client.dispose();
    clients.length = 0;
    const { pid } = client.welcome;
    await until(async () => !(await isAlive(pid)), `the master ${pid} to end`);
    assert.equal(await isAlive(worker?.pid ?? 0), false);
  });

  it('killed, it is started again by the next owner and has its workers back: same pid', async () => {
    const first = await connect(30);
    assert.deepEqual(await first.start([]), [{ id: 'one', ok: true, message: 'one is running.' }]);
    const [before] = await first.snapshots();
    const closed = first.closed();
    process.kill(first.welcome.pid, 'SIGKILL');
    await closed;
    clients.length = 0;
    const second = await connect(30);
    assert.notEqual(second.welcome.pid, first.welcome.pid);
    let after: WorkerSnapshot | undefined;
    await until(
      async () => {
        [after] = await second.snapshots();
        return after?.state === 'running';
      },
      () => `the worker to be taken over; it is ${JSON.stringify(after)}, before it was ${JSON.stringify(before)}`,
    );
    assert.deepEqual([after?.pid, after?.restarts], [before?.pid, 0]);
  });

  describe('of an older version than its client', () => {
    const newer = '999.0.0';
    const inside = `  - id: inside
    type: module
    module: { module_path: sleeper.mjs }
`;
    const states = (workers: readonly WorkerSnapshot[]) => workers.map(({ id, state }) => `${id} ${state}`);

    it('leaves for a new one, which takes the processes over with their pids and starts the modules again', async () => {
      project.write('workers.yaml', `${workers}    restart: always\n${inside}`);
      const first = await connect(30);
      await first.start([]);
      await until(async () => (await first.logs({ id: 'one', lines: 10 })).length > 0, 'the line of the process');
      const [before] = await first.snapshots();
      const second = await connect(30, newer);
      assert.ok(first.isClosed);
      assert.notEqual(second.welcome.pid, first.welcome.pid);
      assert.deepEqual([second.follows, first.follows], [first.welcome.version, undefined]);
      const after = await until(async () => {
        const found = await second.snapshots();
        return states(found).join() === 'one running,inside running' && found;
      }, 'both to run again');
      const facts = (one: WorkerSnapshot | undefined) => [one?.pid, one?.restarts, one?.diagnostics.startTime];
      assert.deepEqual(facts(after[0]), facts(before));
      assert.equal(after[1]?.restarts, 1);
      const lines = await second.logs({ id: 'one', lines: 10 });
      assert.deepEqual(
        lines.map(({ seq, text }) => [seq, text]),
        [[1, 'up']],
      );
      // Said once: nothing was replaced for the next client, of whatever version.
      assert.equal((await connect(30)).follows, undefined);
    });

    it('starts again neither what was stopped before, nor takes over what is to be stopped', async () => {
      project.write('workers.yaml', `${workers}${inside}`);
      const first = await connect(30);
      await first.start([]);
      await first.stop(['one', 'inside']);
      const second = await connect(30, newer);
      const areAtRest = async () => {
        const states = (await second.snapshots()).map(({ state }) => state);
        return states.length > 0 && states.every((state) => state === 'initialized');
      };
      await until(areAtRest, 'all at rest');
    });

    it('stays in somebody’s terminal, and while a debugger holds a worker', async () => {
      const foreground = project.run();
      await foreground.worker('one', 'running');
      assert.equal((await connect(30, newer)).welcome.pid, foreground.pid);
      await foreground.interrupt();
      clients.length = 0;

      const first = await connect(30);
      await first.start(['one']);
      await first.debug({ id: 'one', fromStart: false });
      const second = await connect(30, newer);
      assert.deepEqual([second.welcome.pid, second.follows], [first.welcome.pid, undefined]);
    });
  });

  it('tells where a worker is reached', async () => {
    project.write('workers.yaml', `${workers}    port: 48123\n`);
    const client = await connect(30);
    await client.start(['one']);
    const endpoint = await client.getWorkerEndpoint('one');
    assert.deepEqual([endpoint.type, endpoint.address], ['url', 'http://127.0.0.1:48123']);
    assert.deepEqual(await client.getWorkerEndpoint('one', endpoint.name), endpoint);
    await assert.rejects(
      client.getWorkerEndpoint('one', 'admin'),
      /one does not offer the endpoint "admin": it is running and has /,
    );
    await assert.rejects(
      client.getWorkerEndpoint('nobody'),
      /There is no worker "nobody" in the workers file; it has: one\./,
    );
  });

  it('answers a request it cannot meet with a sentence', async () => {
    const client = await connect(30);
    const message = 'There is no worker "nobody" in the workers file; it has: one.';
    for (const order of ['start', 'stop', 'restart', 'swap'] as const) {
      await assert.rejects(client[order](['nobody']), { message });
    }
    await assert.rejects(client.debug({ id: 'one', fromStart: false }), /one is initialized, not running: start it/);
  });
});
