import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { Project } from '../support/hsu.ts';

const folder = path.join(ROOT_FOLDER, 'examples/greeter');

/** The example's own workers, wherever there are free ports. */
const workers = readFileSync(path.join(folder, 'workers.yaml'), 'utf8')
  .replaceAll('greeter.mjs', path.join(folder, 'greeter.mjs'))
  .replaceAll(/port: \d+/g, 'port: 0');
/** And in a thread of its own, which is one word more. */
const [, inside = ''] = /^( {2}- id: greeter-inside\n[^]*?)\n\n/m.exec(workers) ?? [];
const inThread = inside
  .replace('greeter-inside', 'greeter-in-thread')
  .replace('config:', 'isolation: thread\n      config:');

describe('the gRPC example', function () {
  this.timeout(60_000);
  const project = new Project({ 'workers.yaml': `${workers}\n${inThread}\n` });

  after(() => project.dispose());

  it('gives its one client the same answers as a module, in a thread of its own and as a process', async () => {
    const master = project.run();
    const visits: string[] = [];
    const places: string[] = [];
    for (const id of ['greeter-inside', 'greeter-in-thread', 'greeter-outside']) {
      const { endpoints, isolation } = await master.worker(id, 'running');
      places.push(isolation);
      const endpoint = endpoints.find(({ name }) => name === 'grpc');
      assert.match(endpoint?.address ?? '', /^grpc:\/\/127\.0\.0\.1:\d+$/, `${id} (${isolation})`);
      const { host } = new URL(endpoint?.address ?? '');
      const client = path.join(folder, 'client.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, [client, host, 'you']);
      visits.push(stdout);
    }
    const expected = "{ greeting: 'hello you', numbers: [ 1, 2, 3 ] }\n";
    assert.deepEqual(visits, [expected, expected, expected]);
    assert.deepEqual(places, ['shared', 'thread', 'process']);
  });
});
