import assert from 'node:assert/strict';
import { loadAddress, withoutLoadNumbers } from '../../../../master/workers/module/host/load-number.ts';

describe('the address of loaded code', () => {
  it('is the URL of the file, and differs between loads', () => {
    const addresses = [1, 2, 3].map(() => loadAddress('file:///app/server.ts'));
    assert.deepEqual(addresses, ['file:///app/server.ts', 'file:///app/server.ts?2', 'file:///app/server.ts?3']);
  });

  it('is told to people as the file', () => {
    assert.equal(
      withoutLoadNumbers('at answer (file:///app/server.ts?2:69:15)\nat file:///app/a.mjs?12:1:2'),
      'at answer (file:///app/server.ts:69:15)\nat file:///app/a.mjs:1:2',
    );
    assert.equal(withoutLoadNumbers('GET /app.js?2 is fine'), 'GET /app.js?2 is fine');
  });
});
