import assert from 'node:assert/strict';
import { MessageChannel } from 'node:worker_threads';
import type { Frame } from '../../../master/calls/frame.ts';
import { portChannel } from '../../../master/calls/port-channel.ts';

describe('frames over a port', () => {
  it('carries more than go together in the order in which they were posted, without those that cannot be sent', async () => {
    const { port1, port2 } = new MessageChannel();
    const received: Frame[] = [];
    const unsendable: Frame[] = [];
    const closed = new Promise<void>((resolve) => {
      portChannel(port2)({ received: (frame) => received.push(frame), unsendable: () => undefined, closed: resolve });
    });
    const sender = portChannel(port1)({
      received: () => undefined,
      unsendable: (frame) => unsendable.push(frame),
      closed: () => undefined,
    });
    const frames = Array.from({ length: 100 }, (_, number): Frame => {
      return ['value', number, number % 30 === 29 ? () => undefined : { number }];
    });
    for (const frame of frames) sender.post(frame);
    // Whatever is on its way by then arrives before.
    setImmediate(sender.close);
    await closed;
    assert.deepEqual(
      received.map(([, number]) => number),
      frames.map(([, number]) => number).filter((number) => number % 30 !== 29),
    );
    assert.deepEqual(
      unsendable.map(([, number]) => number),
      [29, 59, 89],
    );
  });

  it('is at work before a long turn is over', async () => {
    const { port1, port2 } = new MessageChannel();
    const sender = portChannel(port1)({
      received: () => undefined,
      unsendable: () => undefined,
      closed: () => undefined,
    });
    const first = new Promise((resolve) => port2.once('message', resolve));
    for (let number = 0; number < 20; number++) sender.post(['end', number]);
    assert.equal(((await first) as readonly Frame[]).length, 16);
    sender.close();
  });
});
