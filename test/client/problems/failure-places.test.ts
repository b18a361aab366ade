import assert from 'node:assert/strict';
import { failurePlace } from '../../../client/problems/failure-places.ts';
import type { WorkerFailure } from '../../../master/lifecycle/worker-snapshot.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

const stack = `TypeError: Cannot read properties of undefined (reading 'host')
    at parse (file:///work/shop/node_modules/ini/index.js:3:1)
    at connectTo (file:///work/shop/src/the%20mail.ts:16:53)
    at Object.start (file:///work/shop/src/mail.ts:9:7)
    at #begin (/opt/hsu/dist/module-host.js:24849:25)`;
const last_error: WorkerFailure = { code: 'module-threw', message: 'mail threw in start().', stack };
const isOwn = (file: string) => file.startsWith('/work/shop/');

describe('the place of a failure', () => {
  it('is the innermost of the stack that is the user’s own', () => {
    assert.deepEqual(failurePlace(failedSnapshot('', { last_error }), isOwn), {
      file: '/work/shop/src/the mail.ts',
      line: 16,
      column: 53,
      message: 'mail threw in start().',
      code: 'module-threw',
    });
  });

  it('is none outside the workspace, without a stack, and as soon as the worker goes on', () => {
    assert.equal(
      failurePlace(failedSnapshot('', { last_error }), () => false),
      undefined,
    );
    assert.equal(failurePlace(failedSnapshot('It exited.'), isOwn), undefined);
    for (const state of ['starting', 'running', 'stopped'] as const) {
      assert.equal(failurePlace(snapshot({ state, last_error }), isOwn), undefined);
    }
  });
});
