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

describe('the gRPC example', function () {
  this.timeout(60_000);
  const project = new Project({ 'workers.yaml': workers });

  after(() => project.dispose());

  it('gives its one client the same answers as a module and as a process', async () => {
    const master = project.run();
    const visits: string[] = [];
    for (const id of ['greeter-inside', 'greeter-outside']) {
      const { endpoints, isolation } = await master.worker(id, 'running');
      const endpoint = endpoints.find(({ name }) => name === 'grpc');
      assert.match(endpoint?.address ?? '', /^grpc:\/\/127\.0\.0\.1:\d+$/, `${id} (${isolation})`);
      const { host } = new URL(endpoint?.address ?? '');
      const client = path.join(folder, 'client.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, [client, host, 'you']);
      visits.push(stdout);
    }
    const expected = "{ greeting: 'hello you', numbers: [ 1, 2, 3 ] }\n";
    assert.deepEqual(visits, [expected, expected]);
  });
});
