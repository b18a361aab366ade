import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { wrapMethod } from './wrap-method.ts';

/**
 * A heap snapshot of another thread refers to that thread until it is read: Node crashes, and the master with it, where
 * one of the two threads ends before. So it is read into memory as soon as it is taken, whoever reads it later. `told`
 * hears when the first of several is begun, and when the last is read: this thread is not to be ended between.
 */
export function readSnapshotsWhole(told: (areUnderWay: boolean) => void): void {
  let underWay = 0;
  wrapMethod(Worker.prototype, 'getHeapSnapshot', (original) => {
    return async function (...args) {
      if (++underWay === 1) told(true);
      try {
        const snapshot = await original.apply(this, args);
        // Node hands all of it over at the first read, even of nothing.
        if (snapshot instanceof Readable) snapshot.read(0);
        return snapshot;
      } finally {
        if (--underWay === 0) told(false);
      }
    };
  });
}
