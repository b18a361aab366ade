import assert from 'node:assert/strict';
import type { ResolvedWorker } from '../../../master/config/deployment.ts';
import { isolate } from '../../../master/config/isolate.ts';
import { resolvedWorker } from '../../support/scripted-worker.ts';

const http = {
  type: 'http',
  intervalMs: 1,
  timeoutMs: 1,
  initialDelayMs: 0,
  failureThreshold: 1,
  successThreshold: 1,
} as const;

describe('isolate', () => {
  it('gives a process its own port wherever the old one is named', () => {
    const worker: ResolvedWorker = {
      ...resolvedWorker({
        port: 8080,
        endpoints: [
          { name: 'api', type: 'url', address: 'http://localhost:8080/api' },
          { name: 'elsewhere', type: 'url', address: 'http://example.org:8080/' },
        ],
      }),
      deployment: {
        kind: 'process',
        executable: '/bin/x',
        args: ['--port', '8080', '--log=8080', '--port=8080'],
        workingDirectory: '/',
        environment: { A: 'b' },
      },
      healthCheck: { ...http, endpoint: 'http://127.0.0.1:8080/health' },
    };
    const alone = isolate(worker, 9001);
    assert.deepEqual(alone.deployment, {
      ...worker.deployment,
      args: ['--port', '9001', '--log=8080', '--port=9001'],
      environment: { A: 'b', HSU_PORT: '9001', PORT: '9001' },
    });
    assert.deepEqual(
      alone.config.endpoints.map(({ address }) => address),
      ['http://localhost:9001/api', 'http://example.org:8080/'],
    );
    assert.deepEqual([alone.config.port, alone.healthCheck?.endpoint], [9001, 'http://127.0.0.1:9001/health']);
  });

  it("gives a module's configuration the port, and a program its environment only", () => {
    const module = {
      kind: 'module',
      isolation: 'shared',
      path: '/m.js',
      entryPoint: 'Create',
      config: { port: 8081, timeout: '30s' },
      args: [],
      environment: {},
      folder: '/',
    } as const;
    const ports = { HSU_PORT: '9002', PORT: '9002' };
    const worker = resolvedWorker({ type: 'module' });
    assert.deepEqual(isolate({ ...worker, deployment: module }, 9002).deployment, {
      ...module,
      config: { port: 9002, timeout: '30s' },
      environment: ports,
    });
    const { entryPoint: _entryPoint, ...program } = { ...module, isolation: 'thread' as const };
    assert.deepEqual(isolate({ ...worker, deployment: program }, 9002).deployment, { ...program, environment: ports });
  });

  it('leaves a worker that names no port as it is, but for telling it', () => {
    const worker = resolvedWorker();
    assert.deepEqual(isolate(worker, 9003).config, worker.config);
  });
});
