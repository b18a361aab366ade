import assert from 'node:assert/strict';
import { getEventListeners, once } from 'node:events';
import { onAbort } from '../../../master/calls/on-abort.ts';

describe('following an abort signal', () => {
  const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;

  it('is one listener for however many follow, and none when nobody does any more', () => {
    const { signal } = new AbortController();
    const leave = Array.from({ length: 50 }, () => onAbort(signal, () => undefined));
    assert.equal(listeners(signal), 1);
    for (const one of leave.slice(1)) one();
    assert.equal(listeners(signal), 1);
    leave[0]?.();
    assert.equal(listeners(signal), 0);
    for (const one of leave) one();
    onAbort(signal, () => undefined);
    assert.equal(listeners(signal), 1);
  });

  it('calls back those that follow when it aborts, in their order, also where one leaves meanwhile', () => {
    const controller = new AbortController();
    const told: string[] = [];
    onAbort(controller.signal, () => {
      told.push('first');
      leaveThird();
    });
    const leaveSecond = onAbort(controller.signal, () => told.push('second'));
    const leaveThird = onAbort(controller.signal, () => told.push('third'));
    onAbort(controller.signal, () => told.push('fourth'));
    leaveSecond();
    controller.abort();
    assert.deepEqual(told, ['first', 'fourth']);
  });

  it('makes Node warn of no leak', async () => {
    const { signal } = new AbortController();
    const warned: string[] = [];
    const listen = ({ message }: Error) => warned.push(message);
    process.on('warning', listen);
    try {
      for (let calls = 0; calls < 20; calls++) onAbort(signal, () => undefined);
      const said = once(process, 'warning');
      process.emitWarning('the last');
      await said;
      assert.deepEqual(warned, ['the last']);
    } finally {
      process.off('warning', listen);
    }
  });
});
