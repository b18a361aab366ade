import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import * as grpc from '@grpc/grpc-js';
import type { HealthCheckConfig } from '../../../master/config/worker-config.ts';
import { createProbe, type HealthTarget } from '../../../master/health/probe.ts';
import { freePort } from '../../support/free-port.ts';

describe('probes', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let server: Server;
  let address = '';
  let respond: RequestListener;
  before(async () => {
    server = createServer((request, response) => respond(request, response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${portOf(server)}`;
  });
  after(() => server.close());

  const answer = (status: number) => {
    respond = (_request, response) => {
      response.statusCode = status;
      response.end();
    };
  };

  describe('http', () => {
    it('joins a path to the worker’s address; well is any 2xx', async () => {
      answer(204);
      assert.equal(await ask({ endpoint: '/health' }, { address }), null);
    });

    for (const status of [301, 404, 503]) {
      it(`is not well at ${status}`, async () => {
        answer(status);
        assert.equal(await ask({ endpoint: '/health' }, { address }), `answered ${status} at ${address}/health`);
      });
    }

    it('takes a whole URL as it is', async () => {
      answer(200);
      assert.equal(await ask({ endpoint: `${address}/x` }, {}), null);
    });

    it('sends method and headers, and keeps no connection', async () => {
      const seen: unknown[] = [];
      respond = (request, response) => {
        seen.push(request.method, request.headers['x-probe'], request.headers['connection']);
        response.statusCode = 200;
        response.end();
      };
      assert.equal(await ask({ endpoint: '/', method: 'HEAD', headers: { 'X-Probe': 'yes' } }, { address }), null);
      assert.deepEqual(seen, ['HEAD', 'yes', 'close']);
    });

    it('says that no answer came in time', async () => {
      respond = () => undefined;
      assert.equal(await ask({ endpoint: '/', timeoutMs: 30 }, { address }), 'gave no answer within 30 ms');
    });

    it('says that nobody listens', async () => {
      const free = await freePort();
      const said = await ask({ endpoint: '/health' }, { address: `http://127.0.0.1:${free}` });
      assert.equal(said, `gave no answer at http://127.0.0.1:${free}/health: ECONNREFUSED`);
    });

    it('says that no address is known', async () => {
      assert.equal(await ask({ endpoint: '/health' }, {}), 'listens on no address that is known yet');
    });
  });

  describe('tcp', () => {
    it('is well when a connection opens, at the worker’s address or its own', async () => {
      assert.equal(await ask({ type: 'tcp' }, { address }), null);
      assert.equal(await ask({ type: 'tcp', address: address.slice('http://'.length) }, {}), null);
      assert.equal(await ask({ type: 'tcp', address: `:${portOf(server)}` }, {}), null);
    });

    it('says that nobody listens', async () => {
      const free = await freePort();
      const said = await ask({ type: 'tcp', address: `127.0.0.1:${free}` }, {});
      assert.equal(said, `accepts no connection at 127.0.0.1:${free}: ECONNREFUSED`);
    });
  });

  describe('exec', () => {
    const node = (script: string) => ({ type: 'exec', command: process.execPath, args: ['-e', script] }) as const;

    it('is well at exit code 0, run where and with what the worker has', async () => {
      const script = 'process.exit(process.env.MARK === "yes" && process.cwd() === "/" ? 0 : 1)';
      const target = { workingDirectory: '/', environment: { MARK: 'yes' } };
      assert.equal(await ask(node(script), target), null);
    });

    it('quotes the last line of a failure', async () => {
      const said = await ask(node('console.error("queue is full"); process.exit(2)'), {});
      assert.equal(said, `is not well: ${process.execPath} exited with code 2 (queue is full)`);
    });

    it('ends a command that takes too long', async () => {
      const said = await ask({ ...node('setInterval(() => {}, 1000)'), timeoutMs: 100 }, {});
      assert.equal(said, 'gave no answer within 100 ms');
    });

    it('says that there is no such command', async () => {
      const said = await ask({ type: 'exec', command: '/no/such/command' }, {});
      assert.match(said ?? '', /^could not be asked: .*\/no\/such\/command/);
    });
  });

  describe('grpc', () => {
    const statuses: Readonly<Record<string, number>> = { '': 1, orders: 1, billing: 2 };
    let grpcServer: grpc.Server;
    let grpcAddress = '';
    before(async () => {
      grpcServer = new grpc.Server();
      const method = {
        path: '/grpc.health.v1.Health/Check',
        requestStream: false,
        responseStream: false,
        requestSerialize: (value: Buffer) => value,
        requestDeserialize: (value: Buffer) => value,
        responseSerialize: (value: Buffer) => value,
        responseDeserialize: (value: Buffer) => value,
      };
      const check: grpc.handleUnaryCall<Buffer, Buffer> = (call, answer) => {
        const service = call.request.subarray(2).toString();
        const status = statuses[service];
        if (status === undefined) answer({ code: grpc.status.NOT_FOUND, details: 'unknown service' });
        else answer(null, Buffer.from([0x08, status]));
      };
      grpcServer.addService({ Check: method }, { Check: check });
      grpcAddress = `127.0.0.1:${await bound(grpcServer)}`;
    });
    after(() => grpcServer.forceShutdown());

    const cases: readonly (readonly [service: string | undefined, said: (where: string) => string | null])[] = [
      [undefined, () => null],
      ['orders', () => null],
      ['billing', (where) => `says NOT_SERVING at ${where}`],
      ['nothing', (where) => `gave no health at ${where}: NOT_FOUND (unknown service)`],
    ];
    for (const [service, said] of cases) {
      it(`asks for ${service ?? 'the whole server'}: ${said('…') ?? 'well'}`, async () => {
        const check = { type: 'grpc' as const, address: grpcAddress, ...(service === undefined ? {} : { service }) };
        assert.equal(await ask(check, {}), said(grpcAddress));
      });
    }

    it('asks at the worker’s address where it has none of its own', async () => {
      assert.equal(await ask({ type: 'grpc' }, { address: `http://${grpcAddress}` }), null);
    });

    it('a server that speaks no gRPC is not well', async () => {
      answer(200);
      assert.match((await ask({ type: 'grpc', timeoutMs: 2000 }, { address })) ?? '', /^gave no (health|answer)/);
    });

    describe('in the older form, whose check was no more than a connection', () => {
      const older = (check: Partial<HealthCheckConfig>, at?: string) =>
        ask({ type: 'grpc', ...check }, { connectionSuffices: true, ...(at === undefined ? {} : { address: at }) });

      it('a server is well that does not speak of its health, or of this service', async () => {
        answer(200);
        assert.equal(await older({}, address), null);
        const mute = new grpc.Server();
        const port = await bound(mute);
        assert.match((await ask({ type: 'grpc', address: `127.0.0.1:${port}` }, {})) ?? '', /: UNIMPLEMENTED /);
        assert.equal(await older({ address: `127.0.0.1:${port}` }), null);
        mute.forceShutdown();
        assert.equal(await older({ address: grpcAddress, service: 'nothing' }), null);
      });

      it('a server is not that says so, nor is nobody', async () => {
        const said = await older({ address: grpcAddress, service: 'billing' });
        assert.equal(said, `says NOT_SERVING at ${grpcAddress}`);
        const free = `127.0.0.1:${await freePort()}`;
        assert.equal(await older({ address: free }), `accepts no connection at ${free}: ECONNREFUSED`);
      });
    });

    it('nobody listens', async () => {
      const said = await ask({ type: 'grpc', address: `127.0.0.1:${await freePort()}` }, {});
      assert.match(said ?? '', /UNAVAILABLE/);
    });
  });

  it('process: alive or not', async () => {
    assert.equal(await ask({ type: 'process' }, { alive: true }), null);
    assert.equal(await ask({ type: 'process' }, { alive: false }), 'is not alive');
  });
});

interface Known extends Omit<HealthTarget, 'address' | 'alive'> {
  readonly address?: string;
  readonly alive?: boolean;
}

function ask(check: Partial<HealthCheckConfig>, { address, alive = true, ...more }: Known): Promise<string | null> {
  const whole: HealthCheckConfig = {
    type: 'http',
    intervalMs: 1000,
    timeoutMs: 10_000,
    initialDelayMs: 0,
    failureThreshold: 3,
    successThreshold: 1,
    ...check,
  };
  const probe = createProbe(whole, { address: () => address, alive: () => alive, ...more });
  return probe(new AbortController().signal);
}

function bound(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

function portOf(server: Pick<Server, 'address'>): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
