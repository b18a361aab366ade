import assert from 'node:assert/strict';
import path from 'node:path';
import v8 from 'node:v8';
import { hostFlags } from '../../../../master/workers/module/host-flags.ts';
import type { HostOptions } from '../../../../master/workers/module/host-protocol.ts';
import { HostThread } from '../../../../master/workers/module/host-thread.ts';

describe('the memory of a thread as it tells it itself', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000);
  let thread: HostThread;
  beforeEach(() => {
    const file = path.join(DIST_FOLDER, 'start-host.cjs');
    const data: HostOptions = { solo: true, code: {} };
    thread = new HostThread({ file, name: 'tells', execArgv: hostFlags, environment: {}, data });
  });
  afterEach(() => thread.terminate(2000));

  it('is without garbage also where another thread collects its own', async () => {
    const memory = () => thread.call<'memory'>({ kind: 'memory', collect: true });
    await memory();
    // What the other does when it has what it collects with, more often than any does.
    const other = setInterval(() => {
      for (const end = performance.now() + 20; performance.now() < end;) v8.setFlagsFromString('--no-expose-gc');
    }, 40);
    try {
      for (const { heap } of await Promise.all(Array.from({ length: 20 }, memory))) assert.ok(heap > 0);
    } finally {
      clearInterval(other);
    }
  });
});
