import assert from 'node:assert/strict';
import { handOutPort } from '../../master/workers/process/hand-out-port.ts';
import { isAlive, Project } from '../support/hsu.ts';

const server = `
import { createServer } from 'node:http';
createServer((request, response) => response.end(process.env.HSU_REPLICA)).listen(Number(process.env.PORT), '127.0.0.1', () => {
  console.log('listening');
});
`;
const workers = (port: number, replicas: number) => `workers:
  - id: api
    type: process
    replicas: ${replicas}
    port: ${port}
    ready: { log: ^listening$ }
    execution: { executable_path: node, args: [server.mjs] }
`;

describe('hsu with replicas', function () {
  this.timeout(60_000);
  let project: Project;
  let port: number;

  beforeEach(async () => {
    port = await handOutPort();
    project = new Project({ 'workers.yaml': workers(port, 2), 'server.mjs': server });
  });

  afterEach(() => project.dispose());

  it('runs each on its own port, takes orders for all by one name, and adds one without touching the others', async () => {
    const master = project.run();
    const first = await master.worker('api-1', 'running');
    await master.worker('api-2', 'running');
    const answer = async (at: number) => (await fetch(`http://127.0.0.1:${at}`)).text();
    assert.deepEqual([await answer(port), await answer(port + 1)], ['1', '2']);

    project.write('workers.yaml', workers(port, 3));
    assert.equal((await project.hsu('apply')).stdout, 'added: api-3\nunchanged: 2\n');
    await project.hsu('start', 'api-3');
    const all = await project.status();
    assert.deepEqual(
      all.map(({ id, state }) => `${id} ${state}`),
      ['api-1 running', 'api-2 running', 'api-3 running'],
    );
    assert.equal(all[0]?.pid, first.pid);

    // A mistake in the file refuses the worker; its replicas go on.
    project.write('workers.yaml', workers(port, 3).replace('type: process', 'type: proces'));
    await project.hsu('apply');
    assert.equal(await isAlive(first.pid), true);

    project.write('workers.yaml', workers(port, 3));
    await project.hsu('apply');
    assert.equal(
      (await project.hsu('stop', 'api')).stdout,
      'api-1 is stopped.\napi-2 is stopped.\napi-3 is stopped.\n',
    );
    assert.match((await project.hsu('logs', 'api')).stderr, /api runs as api-1, api-2, api-3: name one of them\./);
    assert.equal((await master.interrupt()).code, 0);
  });
});
