import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import type { ModuleDeployment } from '../../master/config/deployment.ts';
import { moduleProcessCommand } from '../../master/workers/module/module-process-command.ts';
import { ModuleRuntime } from '../../master/workers/module/module-runtime.ts';
import { startModule, testKey } from '../support/module-run.ts';

const folder = path.join(ROOT_FOLDER, 'examples/data-processor');

const deployment: ModuleDeployment = {
  kind: 'module',
  isolation: 'shared',
  path: path.join(folder, 'src/data-processor.ts'),
  entryPoint: 'CreateDataProcessor',
  config: { port: 0, timeout: '30s' },
  args: [],
  environment: {},
  folder,
};

interface Placed {
  readonly address: string;
  stop(): Promise<void>;
}

/** The same service in every place it can run. */
const placements: Readonly<Record<string, () => Promise<Placed>>> = {
  'shared module': () => asModule(deployment),
  'module in a thread': () => asModule({ ...deployment, isolation: 'thread' }),
  'module in a process': () => {
    const { executable, args, environment } = moduleProcessCommand(deployment);
    return asProcess(spawn(executable, args, { env: { ...process.env, ...environment } }));
  },
  process: () =>
    asProcess(
      spawn(path.join(folder, 'bin/data-processor'), [
        '--config',
        path.join(ROOT_FOLDER, 'test/fixtures/examples/any-port.yaml'),
      ]),
    ),
};

const requests: readonly {
  readonly title: string;
  readonly path: string;
  readonly init?: RequestInit;
  readonly status: number;
  readonly body: unknown;
}[] = [
  { title: 'is healthy', path: '/health', status: 200, body: { status: 'ok' } },
  {
    title: 'aggregates CSV, with quotes and text columns',
    path: '/aggregate',
    init: { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'name,size\n"a, ""b""\nc",2\nd,4.5\n' },
    status: 200,
    body: { count: 2, columns: { size: { sum: 6.5, min: 2, max: 4.5, mean: 3.25 } } },
  },
  {
    title: 'aggregates JSON lines, told by their content',
    path: '/aggregate',
    init: { method: 'POST', body: '{"x": 1, "y": "-2"}\n\n{"x": 3}' },
    status: 200,
    body: { count: 2, columns: { x: { sum: 4, min: 1, max: 3, mean: 2 }, y: { sum: -2, min: -2, max: -2, mean: -2 } } },
  },
  {
    title: 'takes nothing',
    path: '/aggregate',
    init: { method: 'POST' },
    status: 200,
    body: { count: 0, columns: {} },
  },
  {
    title: 'names the line that does not fit',
    path: '/aggregate',
    init: { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'a,b\n1,2\n3\n' },
    status: 400,
    body: { error: 'line 3: expected 2 values as in the first line, got 1' },
  },
  {
    title: 'names what it offers',
    path: '/nothing',
    status: 404,
    body: { error: 'There is no /nothing: GET /health or POST /aggregate.' },
  },
  {
    title: 'names the method it takes',
    path: '/aggregate',
    status: 405,
    body: { error: '/aggregate takes POST, not GET.' },
  },
];

describe('the data-processor example', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000);

  it('has the right types for whoever opens its folder alone', async function () {
    this.timeout(120_000);
    const compiler = path.join(ROOT_FOLDER, 'node_modules', 'typescript', 'bin', 'tsc');
    const { all } = await execa(process.execPath, [compiler, '-p', folder], { all: true, reject: false });
    assert.equal(all, '');
  });

  for (const [place, begin] of Object.entries(placements)) {
    describe(`as a ${place}`, () => {
      let placed: Placed;
      before(async () => {
        placed = await begin();
      });
      after(() => placed.stop());

      for (const { title, path: route, init, status, body } of requests) {
        it(title, async () => {
          const response = await fetch(placed.address + route, init);
          assert.deepEqual([response.status, await response.json()], [status, body]);
        });
      }

      it('aggregates a large body as it arrives', async () => {
        const line = '{"value": 1}\n';
        const chunk = Buffer.from(line.repeat(2000));
        let sent = 0;
        const body = new ReadableStream({
          pull: (controller) => {
            if (sent++ < 20) controller.enqueue(chunk);
            else controller.close();
          },
        });
        const response = await fetch(`${placed.address}/aggregate`, { method: 'POST', body, duplex: 'half' });
        assert.deepEqual(await response.json(), {
          count: 40_000,
          columns: { value: { sum: 40_000, min: 1, max: 1, mean: 1 } },
        });
      });
    });
  }
});

async function asModule(chosen: ModuleDeployment): Promise<Placed> {
  const runtime = new ModuleRuntime({ masterKey: testKey });
  const { run } = await startModule(runtime, 'data-processor', chosen);
  const address = run.endpoints().find(({ origin }) => origin === 'registered')?.address ?? assert.fail();
  return {
    address,
    stop: async () => {
      assert.deepEqual(await run.stop(5000), { forced: false, leftovers: [] });
      await runtime.dispose();
    },
  };
}

async function asProcess(child: ChildProcess): Promise<Placed> {
  assert.ok(child.stdout && child.stderr);
  child.stderr.pipe(process.stderr);
  const exit = once(child, 'exit');
  for await (const line of createInterface(child.stdout)) {
    const address = / listens on (\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stdout.resume();
    return {
      address,
      stop: async () => {
        child.kill('SIGTERM');
        assert.deepEqual(await exit, [0, null]);
      },
    };
  }
  return assert.fail('it ended without listening');
}
