import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { InspectorClient } from '../../master/inspector/inspector-client.ts';
import { usualInspectorPort } from '../../master/workers/process/inspector-port.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

const program = `const sum = (a, b) => a + b;
setInterval(() => sum(1, 2), 20);
`;

const clustered = `const cluster = require('node:cluster');
if (cluster.isPrimary) cluster.fork().on('exit', () => process.exit(1)).on('message', console.log);
else process.send('the child is up');
setInterval(() => {}, 1000);
`;

/** Each way in which a Node program comes to be a worker. */
const workers = `workers:
  - { id: script, type: process, execution: { executable_path: program.cjs } }
  - { id: node, type: process, execution: { executable_path: ${process.execPath}, args: [program.cjs] } }
  - id: other-node
    type: process
    execution: { executable_path: /usr/bin/env, args: [${process.execPath}, program.cjs] }
  - { id: shell, type: process, execution: { executable_path: /bin/sh, args: ["-c", "'${process.execPath}' program.cjs; exit 1"] } }
  - id: hosted
    type: process
    module: { module_path: hosted.mjs, entry_point: create }
`;

const hosted = `export const create = () => {
  let timer;
  return { start: () => void (timer = setInterval(() => 1 + 2, 20)), stop: () => clearInterval(timer) };
};
`;

const ids = ['script', 'node', 'other-node', 'shell', 'hosted'];

describe('processes that are debugged at once', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  let stranger: Server | undefined;
  beforeEach(() => {
    project = new Project({ 'program.cjs': program, 'hosted.mjs': hosted, 'clustered.cjs': clustered });
  });
  afterEach(async () => {
    stranger?.close();
    stranger = undefined;
    await project.dispose();
  });

  /** Somebody else's, which is no inspector; where there is one already, that is as good. */
  const takeUsualPort = async () => {
    const server = createServer((socket) => void socket.end());
    stranger = await new Promise<Server | undefined>((resolve) => {
      server.once('error', () => resolve(undefined));
      server.listen(usualInspectorPort, '127.0.0.1', () => resolve(server));
    });
  };

  const running = async (...expected: readonly string[]): Promise<ForegroundMaster> => {
    const master = project.run();
    await Promise.all(expected.map((id) => master.worker(id, 'running')));
    return master;
  };

  const debug = async (id: string): Promise<URL> => {
    const { code, stdout, stderr } = await project.hsu('debug', id);
    assert.equal(code, 0, stderr);
    return new URL(stdout.trim());
  };

  /** Stands at its next line, and tells whose it is. */
  const pause = async (address: URL) => {
    const client = await InspectorClient.connect(address.href);
    const paused = new Promise<void>((resolve) => client.on('Debugger.paused', () => resolve()));
    await client.send('Debugger.enable');
    await client.send('Debugger.pause');
    await paused;
    const { result } = (await client.send('Runtime.evaluate', { expression: 'process.pid' })) as {
      readonly result: { readonly value: number };
    };
    return { client, pid: result.value };
  };

  it('each have an inspector of their own, though another has the usual port, and none afterwards', async () => {
    await takeUsualPort();
    project.write('workers.yaml', workers);
    await running(...ids);
    const addresses = await Promise.all(ids.map(debug));
    assert.deepEqual(new Set(addresses.map(({ hostname }) => hostname)), new Set(['127.0.0.1']));
    const ports = addresses.map(({ port }) => Number(port));
    assert.equal(new Set([...ports, usualInspectorPort]).size, ids.length + 1);
    const standing = await Promise.all(addresses.map(pause));
    assert.equal(new Set(standing.map(({ pid }) => pid)).size, ids.length);
    for (const { client } of standing) await client.send('Debugger.resume');
    for (const { client } of standing) await client.close();
    for (const id of ids) {
      const ended = await project.hsu('debug', id, '--end');
      assert.deepEqual(ended, { code: 0, stdout: `The inspector of ${id} is closed.\n`, stderr: '' });
    }
    await until(
      async () => (await thisMachine.listening(standing.map(({ pid }) => pid))).length === 0,
      'the end of all inspectors',
    );
  });

  it('lend each other the usual port where none was started with one of its own', async () => {
    const args = `args: ["-u", NODE_OPTIONS, ${process.execPath}, program.cjs]`;
    const bare = (id: string) =>
      `  - { id: ${id}, type: process, execution: { executable_path: /usr/bin/env, ${args} } }\n`;
    project.write('workers.yaml', `workers:\n${bare('one')}${bare('two')}`);
    await running('one', 'two');
    const addresses = await Promise.all(['one', 'two'].map(debug));
    const ports = addresses.map(({ port }) => Number(port));
    assert.equal(new Set([...ports, usualInspectorPort]).size, 3);
    const standing = await Promise.all(addresses.map(pause));
    assert.equal(new Set(standing.map(({ pid }) => pid)).size, 2);
    for (const { client } of standing) await client.close();
  });

  it('have one each too where their master is a worker itself', async () => {
    const node = (id: string, args: string, more = '') =>
      `  - { id: ${id}, type: process, execution: { executable_path: /usr/bin/env, args: [${process.execPath}, ${args}]${more} } }\n`;
    const nested = new Project({ 'program.cjs': program });
    try {
      nested.write('workers.yaml', `workers:\n${node('one', 'program.cjs')}${node('two', 'program.cjs')}`);
      const run = `${path.join(DIST_FOLDER, 'cli.js')}, run, --file, ${nested.file}`;
      const environment = `, environment: { HSU_RUNTIME_DIR: ${nested.runtimeFolder} }`;
      project.write('workers.yaml', `workers:\n${node('above', run, environment)}`);
      await running('above');
      await until(
        async () => {
          const known = await nested.status().catch(() => []);
          return known.length === 2 && known.every(({ state }) => state === 'running');
        },
        'the workers of the master below to run',
        60_000,
      );
      const answers = await Promise.all(['one', 'two'].map((id) => nested.hsu('debug', id)));
      assert.deepEqual(
        answers.map(({ code, stderr }) => [code, stderr]),
        [
          [0, ''],
          [0, ''],
        ],
      );
      const addresses = [await debug('above'), ...answers.map(({ stdout }) => new URL(stdout.trim()))];
      const standing = await Promise.all(addresses.slice(1).map(pause));
      assert.equal(new Set(standing.map(({ pid }) => pid)).size, 2);
      assert.equal(new Set(addresses.map(({ port }) => port)).size, 3);
      for (const { client } of standing) await client.close();
    } finally {
      // Its master is a worker, which ends with the one above it.
      await project.hsu('stop', '--all');
      await nested.dispose();
    }
  });

  it('may have clusters, whose children count their ports up from theirs', async () => {
    project.write(
      'workers.yaml',
      `workers:
  - { id: script, type: process, execution: { executable_path: clustered.cjs } }
  - { id: node, type: process, execution: { executable_path: /usr/bin/env, args: [${process.execPath}, clustered.cjs] } }
`,
    );
    const master = await running('script', 'node');
    for (const id of ['script', 'node']) {
      await master.event(
        (event) => event.event === 'log' && event['id'] === id && String(event['text']).includes('the child is up'),
      );
      await debug(id);
    }
    const states = (await project.status()).map(({ state, restarts }) => [state, restarts]);
    assert.deepEqual(states, [
      ['running', 0],
      ['running', 0],
    ]);
  });
});
