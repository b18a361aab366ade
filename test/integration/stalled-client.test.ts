import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connectToMaster } from '../../master/connect.ts';
import type { MasterClient } from '../../master/master-client.ts';
import { Project } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/** Moves on and on, to addresses that are long. */
const service = `export function create({ endpoints }) {
  let timer;
  let round = 0;
  const filler = 'x'.repeat(20_000);
  const tell = () => endpoints.register('http', 'url', 'http://127.0.0.1/' + filler + (round += 1));
  return { start: () => void (timer = setInterval(tell, 50)), stop: () => clearInterval(timer) };
}
`;

const ids = Array.from({ length: 20 }, (_, at) => `w-${at}`);
const worker = (id: string) =>
  `  - { id: ${id}, type: module, module: { module_path: service.mjs, entry_point: create } }\n`;

/** Many times what a socket and the master's backlog for it hold. */
const enoughBytes = 120_000_000;

describe('a client that reads nothing from its socket', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(300_000);
  let project: Project;
  const clients: MasterClient[] = [];
  beforeEach(() => {
    project = new Project({ 'service.mjs': service, 'workers.yaml': `workers:\n${ids.map(worker).join('')}` });
    project.enter();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.dispose();
    await project.dispose();
  });

  const connect = async (name: string): Promise<MasterClient> => {
    const client = await connectToMaster({ file: project.file, name, owner: false });
    clients.push(client);
    return client;
  };

  it('holds neither the master nor the others, costs it no memory, and gets the newest when it reads again', async () => {
    const master = project.run();
    await master.worker('w-0', 'running');
    const [stalled, other] = [await connect('stalled'), await connect('other')];
    let toldStalled = 0;
    let told = 0;
    stalled.onSnapshots(() => (toldStalled += 1));
    other.onSnapshots((_, { changed }) => (told += JSON.stringify(changed).length));
    const untilTold = (bytes: number) =>
      until(
        () => told >= bytes,
        () => `${bytes} bytes to be told to the other client, not ${told}`,
        120_000,
      );
    // What the master needs for all this churn it has taken by then.
    await untilTold(enoughBytes / 3);
    stalled.pause();
    // What was read before comes still.
    await other.snapshots();
    toldStalled = 0;
    const before = residentBytes(master.pid);
    await untilTold(told + enoughBytes);
    const grown = residentBytes(master.pid) - before;
    assert.equal(toldStalled, 0);
    assert.ok(grown < 60_000_000, `the master has grown by ${grown} bytes`);
    const [outcome] = await other.stop(['w-0']);
    assert.equal(outcome?.ok, true);
    stalled.resume();
    await until(() => stalled.workers.find(({ id }) => id === 'w-0')?.state === 'stopped', 'the newest');
    await other.stop(ids);
    const states = () => stalled.workers.map(({ id, state, endpoints }) => [id, state, endpoints.length]);
    const wanted = JSON.stringify(ids.map((id) => [id, 'stopped', 0]));
    await until(
      () => JSON.stringify(states()) === wanted,
      () => `all of them, not ${JSON.stringify(states())}`,
    );
  });
});

function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096;
}
