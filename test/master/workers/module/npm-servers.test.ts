import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { ModuleRuntime } from '../../../../master/workers/module/module-runtime.ts';
import { freePort } from '../../../support/free-port.ts';
import { startModule, testKey } from '../../../support/module-run.ts';
import { npmServers } from '../../../support/npm-servers.ts';
import { until } from '../../../support/until.ts';

interface Published {
  readonly file: string;
  /** Further arguments, given the port. */
  readonly args?: (port: number) => readonly string[];
  readonly requests: readonly (readonly [string, RequestInit?])[];
  /** What its own output must hold. */
  readonly prints?: string;
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const servers: Readonly<Record<string, Published>> = {
  express: {
    file: 'express-server.js',
    requests: [['/'], ['/echo', json({ a: [1] })], ['/nowhere']],
    prints: 'express is up',
  },
  fastify: {
    file: 'fastify-server.mjs',
    requests: [['/'], ['/echo', json({ a: [1] })], ['/nowhere']],
    prints: 'Server listening at',
  },
  koa: { file: 'koa-server.js', requests: [['/path'], ['/', { method: 'DELETE' }]] },
  'http-server': {
    file: 'node_modules/http-server/bin/http-server',
    args: (port) => ['public', '-p', String(port), '-a', '127.0.0.1', '-c-1'],
    requests: [['/'], ['/index.html'], ['/missing.txt']],
    prints: 'Starting up http-server',
  },
  'json-server': {
    file: 'node_modules/json-server/lib/bin.js',
    args: (port) => ['db.json', '--port', String(port)],
    requests: [['/posts'], ['/posts/1'], ['/posts/2']],
    prints: 'JSON Server started',
  },
};

describe('published servers, unmodified', function () {
  this.timeout(180_000);
  let folder: string;
  let runtime: ModuleRuntime;
  before(async () => {
    folder = await npmServers();
    runtime = new ModuleRuntime({ masterKey: testKey });
  });
  after(() => runtime.dispose());

  for (const [name, { file, args = () => [], requests, prints = '' }] of Object.entries(servers)) {
    it(`${name} answers the same as a module and as a process`, async () => {
      const port = await freePort();
      const environment = { PORT: String(port), NO_UPDATE_NOTIFIER: '1' };
      const asked = async () => {
        await until(() => listens(port), `${name} to listen`);
        return Promise.all(requests.map(([route, init]) => answerOf(`http://localhost:${port}${route}`, init)));
      };

      const child = spawn(process.execPath, [path.join(folder, file), ...args(port)], {
        cwd: folder,
        env: { ...process.env, ...environment },
        stdio: 'ignore',
      });
      const exit = once(child, 'exit');
      const expected = await asked();
      child.kill('SIGTERM');
      await exit;

      const { run, context } = await startModule(runtime, name, {
        kind: 'module',
        isolation: 'thread',
        path: path.join(folder, file),
        config: {},
        args: args(port),
        environment,
        folder,
      });
      assert.deepEqual(await asked(), expected);
      await context.prints(prints);
      await context.until(() => run.endpoints().some(({ address }) => address.endsWith(`:${port}`)));
      assert.equal((await run.stop(5000)).forced, false);
      assert.equal(await listens(port), false);
    });
  }
});

async function answerOf(url: string, init?: RequestInit): Promise<readonly [number, string | null, string]> {
  const response = await fetch(url, init);
  return [response.status, response.headers.get('content-type'), await response.text()];
}

async function listens(port: number): Promise<boolean> {
  return fetch(`http://localhost:${port}/`).then(
    () => true,
    () => false,
  );
}
