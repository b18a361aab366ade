import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import type { Channel } from '../../../master/calls/channel.ts';
import type { Frame } from '../../../master/calls/frame.ts';
import { socketChannel } from '../../../master/calls/socket-channel.ts';

/** The writing end of a socket whose bytes the test hands on as it likes, and the reading end of another. */
class Wire extends Duplex {
  readonly written: Buffer[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.written.push(chunk);
    done();
  }

  override _read(): void {
    // Only what the test pushes.
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  destroySoon(): void {
    this.destroy();
  }
}

function open(): { wire: Wire; channel: Channel; received: Frame[]; unsendable: Frame[]; closed: Promise<void> } {
  const wire = new Wire();
  const received: Frame[] = [];
  const unsendable: Frame[] = [];
  let channel: Channel | undefined;
  const closed = new Promise<void>((resolve) => {
    // A Duplex has all of a socket that a channel uses.
    channel = socketChannel(wire as unknown as Socket)({
      received: (frame) => received.push(frame),
      unsendable: (frame) => unsendable.push(frame),
      closed: resolve,
    });
  });
  assert.ok(channel);
  return { wire, channel, received, unsendable, closed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

const frames: readonly Frame[] = [
  ['call', 1, 'a/b', 'add', [1, 'ü', { deep: [null] }]],
  ['value', 2, 'x'.repeat(70_000)],
  ['end', 3],
];
const exotic: Frame = ['value', 4, new Map([[1n, undefined]])];

describe('frames over a socket', () => {
  it('go out once for a turn of the loop', async () => {
    const { wire, channel } = open();
    for (const frame of frames) channel.post(frame);
    await turn();
    assert.equal(wire.written.length, 1);
    for (const frame of frames) channel.post(frame);
    await turn();
    assert.equal(wire.written.length, 2);
  });

  for (const size of [1, 3, 7, 4096, Infinity]) {
    it(`arrive whole in pieces of ${size} bytes`, async () => {
      const from = open();
      const to = open();
      for (const frame of frames) from.channel.post(frame);
      await turn();
      from.channel.post(exotic);
      await turn();
      from.channel.post(['end', 5]);
      await turn();
      const bytes = Buffer.concat(from.wire.written);
      for (let at = 0; at < bytes.length; at += size)
        to.wire.push(bytes.subarray(at, Math.min(at + size, bytes.length)));
      await turn();
      assert.deepEqual(to.received, [...frames, exotic, ['end', 5]]);
    });
  }

  it('fail alone where they cannot be sent', async () => {
    const { wire, channel, unsendable } = open();
    const bad: Frame = ['value', 9, new SharedArrayBuffer(1)];
    channel.post(['end', 1]);
    channel.post(bad);
    channel.post(['end', 2]);
    await turn();
    assert.deepEqual(unsendable, [bad]);
    const to = open();
    to.wire.push(Buffer.concat(wire.written));
    await turn();
    assert.deepEqual(to.received, [
      ['end', 1],
      ['end', 2],
    ]);
  });

  it('end the connection when they are none', async () => {
    const { wire, received, closed } = open();
    wire.push(Buffer.from([5, 0, 0, 0, 0, ...Buffer.from('hello')]));
    await closed;
    assert.deepEqual(received, []);
  });
});
