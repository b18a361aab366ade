import assert from 'node:assert/strict';
import { MetricsServer } from '../../../master/metrics/metrics-server.ts';
import { freePort } from '../../support/free-port.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('metrics-server', () => {
  const workers = [
    snapshot({ id: 'a', resources: { cpu_percent: 12.5, rss_bytes: null, heap_bytes: 4096 } }),
    snapshot({ id: 'b', type: 'process', isolation: 'process', state: 'failed', health: 'unknown', restarts: 3 }),
  ];
  let server: MetricsServer;
  beforeEach(() => (server = new MetricsServer(() => Promise.resolve(workers))));
  afterEach(() => server.listen(undefined));

  it('prints the same names for processes and modules, and nothing that is not known', async () => {
    const port = await freePort();
    await server.listen(port);
    const response = await fetch(`http://127.0.0.1:${port}/metrics`);
    assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
    const lines = (await response.text()).split('\n');
    for (const line of [
      'hsu_worker_up{worker="a",type="module",isolation="shared"} 1',
      'hsu_worker_up{worker="b",type="process",isolation="process"} 0',
      'hsu_worker_cpu_percent{worker="a",type="module",isolation="shared"} 12.5',
      'hsu_worker_memory_bytes{worker="a",type="module",isolation="shared"} 4096',
      'hsu_worker_restarts{worker="b",type="process",isolation="process"} 3',
      'hsu_worker_state{worker="b",type="process",isolation="process",state="failed"} 1',
      'hsu_worker_state{worker="b",type="process",isolation="process",state="running"} 0',
    ]) {
      assert.ok(lines.includes(line), line);
    }
    assert.ok(!lines.some((line) => line.startsWith('hsu_worker_healthy{worker="b"')));
    assert.equal((await fetch(`http://127.0.0.1:${port}/`)).status, 404);
  });

  it('moves to another port, and away', async () => {
    const [first, second] = [await freePort(), await freePort()];
    await server.listen(first);
    await server.listen(second);
    await assert.rejects(fetch(`http://127.0.0.1:${first}/metrics`));
    assert.equal((await fetch(`http://127.0.0.1:${second}/metrics`)).status, 200);
    await server.listen(undefined);
    await assert.rejects(fetch(`http://127.0.0.1:${second}/metrics`));
  });

  it('says which port cannot be had', async () => {
    const other = new MetricsServer(() => Promise.resolve([]));
    const port = await freePort();
    await other.listen(port);
    await assert.rejects(
      server.listen(port),
      new RegExp(`^Error: master\\.metrics_port ${port} cannot be had: another program listens there\\.`),
    );
    await other.listen(undefined);
  });
});
