import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { openConnection } from '../../../master/health/open-connection.ts';
import { freePort } from '../../support/free-port.ts';

describe('whether a connection opens', () => {
  const { signal } = new AbortController();
  const host = '127.0.0.1';

  it('it does where somebody listens', async () => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const address = server.address();
    assert.ok(address !== null && typeof address === 'object');
    assert.equal(await openConnection({ host, port: address.port, signal }), null);
    server.close();
    await once(server, 'close');
    assert.equal(await openConnection({ host, port: address.port, signal }), 'ECONNREFUSED');
  });

  it('it does not where it would be to itself', async () => {
    const port = await freePort();
    assert.equal(await openConnection({ host, port, signal, localAddress: host, localPort: port }), 'ECONNREFUSED');
  });

  it('it does not once that is given up', async () => {
    const given = AbortSignal.abort();
    assert.equal(await openConnection({ host, port: await freePort(), signal: given }), 'ABORT_ERR');
  });
});
