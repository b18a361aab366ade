import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { until } from '../support/until.ts';

/** Serves by HTTP, gRPC or nothing but TCP, on the port it is handed; is well while there is a file "ok", and notes who asks. */
const program = `
import { appendFileSync, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import * as net from 'node:net';
import * as grpc from ${JSON.stringify(path.join(ROOT_FOLDER, 'node_modules/@grpc/grpc-js/build/src/index.js'))};
const [kind, port] = process.argv.slice(2);
const isWell = () => existsSync(process.env.PLACE + '/ok');
const asked = () => appendFileSync(process.env.PLACE + '/asked', 'x');
process.on('SIGTERM', () => process.exit(0));
if (kind === 'http') {
  createServer((request, response) => {
    asked();
    response.writeHead(isWell() && request.url === '/health' ? 204 : 503).end();
  }).listen(Number(port), '127.0.0.1');
}
if (kind === 'tcp') {
  let server;
  setInterval(() => {
    if (isWell() && !server) server = net.createServer((socket) => socket.destroy()).listen(Number(port), '127.0.0.1');
    if (!isWell() && server) server = void server.close();
  }, 5);
}
if (kind === 'grpc') {
  const same = (value) => value;
  const method = {
    ...{ path: '/grpc.health.v1.Health/Check', requestStream: false, responseStream: false },
    ...{ requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same },
  };
  const server = new grpc.Server();
  server.addService({ Check: method }, {
    Check: (call, answer) => (asked(), answer(null, Buffer.from([0x08, isWell() ? 1 : 2]))),
  });
  server.bindAsync('127.0.0.1:' + port, grpc.ServerCredentials.createInsecure(), () => {});
}
setInterval(() => {}, 1 << 30);
`;

/** What is well answers in this time on a busy machine too. */
const times = 'interval: 2s, failure_threshold: 2';
const execution = (kind: string) => `execution: { executable_path: node, args: [program.mjs, ${kind}, "{port}"] }`;
const manifest = (folder: string) => `name: shop
version: 1.0.0
supported_types: [process]
process: { executable_path: ${process.execPath}, args: [${folder}/program.mjs, http, '{port}'] }
health_check: { endpoint: /health, interval: 2s }
`;

const kinds: readonly (readonly [kind: string, keys: string, says: RegExp])[] = [
  [
    'http',
    `${execution('http')}, health_check: { type: http, endpoint: /health, ${times} }`,
    /answered 503 at \S+\/health/,
  ],
  ['the short form of its package', 'package: shop', /answered 503 at \S+\/health/],
  ['grpc', `${execution('grpc')}, health_check: { type: grpc, ${times} }`, /says NOT_SERVING at /],
  ['tcp', `${execution('tcp')}, health_check: { type: tcp, ${times} }`, /accepts no connection at \S+: ECONNREFUSED/],
  [
    'exec',
    `${execution('none')}, health_check: { exec: { command: /bin/sh, args: ["-c", "printf x >> $PLACE/asked; test -e $PLACE/ok"] }, ${times} }`,
    /is not well: \/bin\/sh exited with code 1/,
  ],
];

describe('a worker that is asked how it is', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  afterEach(() => project.dispose());

  const place = (name: string) => path.join(project.folder, name);
  const news = (master: ForegroundMaster): readonly WorkerSnapshot[] =>
    master.events.flatMap((event) =>
      event.event === 'worker' && event['id'] === 'w' ? [event as unknown as WorkerSnapshot] : [],
    );

  for (const [kind, keys, says] of kinds) {
    it(`by ${kind} runs when it is well, tells why it is not, and is restarted for that`, async () => {
      project = new Project({ 'program.mjs': program });
      project.write('packages/shop/package.yaml', manifest(project.folder));
      const common = `environment: { PLACE: ${project.folder} }, restart: { policy: on-failure, retry_delay: 1h }`;
      project.write('workers.yaml', `workers:\n  - { id: w, type: process, ${common}, ${keys} }\n`);
      const master = project.run();
      await master.worker('w', 'starting');
      if (kind !== 'tcp') {
        await until(
          () => existsSync(place('asked')) && readFileSync(place('asked'), 'utf8').length > 2,
          'three questions',
        );
      }
      assert.equal((await project.status())[0]?.state, 'starting');
      project.write('ok', '');
      assert.equal((await master.worker('w', 'running')).health, 'healthy');

      rmSync(place('ok'));
      const failed = await master.worker('w', 'failed');
      const degraded = news(master).find(({ health }) => health === 'degraded');
      assert.equal(degraded?.state, 'running');
      assert.match(degraded.health_reason ?? '', says);
      assert.equal(failed.last_error?.code, 'unhealthy');
      assert.match(failed.last_error.message, new RegExp(`^w is unhealthy: it ${says.source}`));
      await until(() => news(master).at(-1)?.retry_at, 'a time for the next try');
      project.write('ok', '');
      assert.equal((await project.hsu('start', 'w')).stdout, 'w is running.\n');
      const [again] = await project.status();
      assert.deepEqual([again?.health, again?.health_reason, again?.restarts], ['healthy', null, 1]);
    });
  }

  it('goes on where it is never restarted, and says why it is not well until it is', async () => {
    project = new Project({ 'program.mjs': program, ok: '' });
    const check = `health_check: { type: http, endpoint: /health, ${times} }`;
    const common = `environment: { PLACE: ${project.folder} }, restart: never`;
    project.write(
      'workers.yaml',
      `workers:\n  - { id: w, type: process, ${common}, ${execution('http')}, ${check} }\n`,
    );
    const master = project.run();
    const { pid } = await master.worker('w', 'running');
    rmSync(place('ok'));
    await until(() => news(master).at(-1)?.health === 'unhealthy', 'a worker that is unhealthy');
    const { code, stdout } = await project.hsu('status');
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^w, running \(unhealthy\), process, \S+\n {2}w is unhealthy: it answered 503 at \S+\/health\.\n$/,
    );
    project.write('ok', '');
    await until(() => news(master).at(-1)?.health === 'healthy', 'a worker that is healthy');
    const [again] = await project.status();
    assert.deepEqual([again?.pid, again?.health_reason], [pid, null]);
  });

  it('and never answers is not ready, wherever it runs', async () => {
    const silent = 'export const create = () => ({ start() {}, isHealthy: () => new Promise(() => {}) });\n';
    project = new Project({ 'silent.mjs': silent });
    const module = 'module_path: silent.mjs, entry_point: create';
    // In which a process begins on a busy machine too.
    const keys = 'start_timeout: 10s, restart: never, health_check: { type: process, interval: 100ms, timeout: 50ms }';
    const placements = {
      shared: `type: module, module: { ${module} }`,
      thread: `type: module, module: { ${module}, isolation: thread }`,
      process: `type: process, module: { ${module} }`,
    };
    const items = Object.entries(placements).map(([id, placement]) => `  - { id: ${id}, ${placement}, ${keys} }\n`);
    project.write('workers.yaml', `workers:\n${items.join('')}`);
    const master = project.run();
    const failed = await Promise.all(Object.keys(placements).map((id) => master.worker(id, 'failed')));
    for (const { id, last_error: error } of failed) {
      assert.deepEqual([id, error?.code], [id, 'not-ready']);
      const says = `${id} did not become ready within 10 s: it did not say within 50 ms whether it is healthy.`;
      assert.ok(error?.message.startsWith(says), error?.message);
    }
  });
});
