import assert from 'node:assert/strict';
import { BackPressure } from '../../../master/logs/back-pressure.ts';

describe('back-pressure', () => {
  /** A worker that writes lines of one byte, and who reads them. */
  const stage = (maxBytes: number | undefined, canHold = true) => {
    const told: boolean[] = [];
    const worker = { written: 0, counted: 0 };
    const pressure: BackPressure = new BackPressure({
      canHold: () => canHold,
      changed: (id) => told.push(pressure.waits(id)),
    });
    pressure.bound(maxBytes);
    const backlog = {
      writtenBytes: () => worker.written,
      bytesAfter: (seq: number) => {
        worker.counted += 1;
        return worker.written - seq;
      },
    };
    return {
      told,
      worker,
      pressure,
      look: () => pressure.look('w', backlog),
      write(bytes: number) {
        worker.written += bytes;
        pressure.look('w', backlog);
      },
    };
  };
  const reader = (taken: number | undefined) => {
    const state = { at: taken };
    return { state, taken: () => state.at };
  };

  it('lets a worker wait when more than the bound is behind its slowest reader, until an eighth is free', () => {
    const { told, write, look, pressure } = stage(80);
    const fast = reader(0);
    const slow = reader(0);
    for (const each of [fast, slow]) pressure.attach(each);
    write(80);
    assert.deepEqual(told, []);
    write(1);
    assert.deepEqual(told, [true]);
    fast.state.at = 81;
    slow.state.at = 10;
    look();
    assert.deepEqual(told, [true]);
    slow.state.at = 11;
    look();
    assert.deepEqual([told, pressure.taken('w')], [[true, false], 11]);
  });

  it('waits for nobody who reads nothing of the worker, and for no reader that is gone', () => {
    const { told, write, look, pressure } = stage(80);
    pressure.attach(reader(undefined));
    write(1000);
    assert.deepEqual([told, pressure.taken('w')], [[], Number.POSITIVE_INFINITY]);
    const gone = reader(0);
    pressure.attach(gone);
    look();
    pressure.detach(gone);
    look();
    assert.deepEqual(told, [true, false]);
  });

  for (const [what, bound, canHold] of [
    ['where the oldest lines may go', undefined, true],
    ['that cannot be held', 80, false],
  ] as const) {
    it(`holds no worker ${what}, and keeps no line for its readers`, () => {
      const { told, write, pressure } = stage(bound, canHold);
      pressure.attach(reader(0));
      write(1000);
      assert.deepEqual([told, pressure.taken('w')], [[], Number.POSITIVE_INFINITY]);
    });
  }

  it('lets a worker go on when nobody is waited for any more', () => {
    const { told, write, look, pressure } = stage(80);
    pressure.attach(reader(0));
    write(100);
    pressure.bound(undefined);
    look();
    assert.deepEqual(told, [true, false]);
  });

  it('counts anew only when enough was written to matter', () => {
    const { worker, write, pressure } = stage(1000);
    const slow = reader(0);
    pressure.attach(slow);
    for (let n = 0; n < 1000; n += 1) write(1);
    assert.equal(worker.counted, 1);
  });
});
