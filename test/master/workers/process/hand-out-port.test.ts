import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { handOutPort } from '../../../../master/workers/process/hand-out-port.ts';

describe('a port that is handed out', () => {
  it('is none that systems give to whoever asks for any: it would be another’s before it is used', async () => {
    const ports = await Promise.all(Array.from({ length: 100 }, () => handOutPort()));
    for (const port of ports) assert.ok(port >= 20_000 && port < 32_768, String(port));
  });

  it('is the wanted one as long as that is free', async () => {
    const wanted = await handOutPort();
    assert.equal(await handOutPort(wanted), wanted);
    const other = createServer().listen(wanted, '127.0.0.1');
    await once(other, 'listening');
    assert.notEqual(await handOutPort(wanted), wanted);
    other.close();
  });
});
