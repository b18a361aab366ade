import type { Socket } from 'node:net';
import v8 from 'node:v8';
import { FrameBatch, sendEach, type OpenChannel } from './channel.ts';
import type { Frame } from './frame.ts';

/** Frames between two processes: each batch is its length as four bytes and what V8 makes of it. */
export function socketChannel(socket: Socket): OpenChannel {
  return (user) => {
    const batch = new FrameBatch((frames) => {
      if (!socket.writable) return;
      sendEach(
        frames,
        (sendable) => {
          socket.write(encode(sendable));
        },
        (frame, error) => {
          user.unsendable(frame, error);
        },
      );
    });
    const received = batchReader((frames) => {
      for (const frame of frames) user.received(frame);
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        received(chunk);
      } catch (error) {
        // Not what a peer of this protocol sends: there is nobody to talk to.
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      user.closed();
    });
    socket.unref();
    return {
      post: (frame) => {
        batch.add(frame);
      },
      hold: () => {
        socket.ref();
      },
      release: () => {
        socket.unref();
      },
      close: () => {
        socket.destroySoon();
      },
    };
  };
}

const lengthBytes = 4;

function encode(frames: readonly Frame[]): Buffer {
  const serializer = new v8.DefaultSerializer();
  serializer.writeRawBytes(Buffer.alloc(lengthBytes));
  serializer.writeHeader();
  serializer.writeValue(frames);
  const buffer = serializer.releaseBuffer();
  buffer.writeUInt32LE(buffer.length - lengthBytes);
  return buffer;
}

/** Puts chunks together to batches. */
function batchReader(deliver: (frames: readonly Frame[]) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    const first = chunks[0] ?? chunk;
    const wanted = first.length < lengthBytes ? lengthBytes : lengthBytes + first.readUInt32LE();
    if (size < wanted) return;
    let rest = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    while (rest.length >= lengthBytes && rest.length >= lengthBytes + rest.readUInt32LE()) {
      const end = lengthBytes + rest.readUInt32LE();
      deliver(decode(rest.subarray(lengthBytes, end)));
      rest = rest.subarray(end);
    }
    chunks = rest.length > 0 ? [rest] : [];
    size = rest.length;
  };
}

function decode(bytes: Buffer): readonly Frame[] {
  const frames: unknown = v8.deserialize(bytes);
  if (!Array.isArray(frames)) throw new Error('A peer sent something that is no batch of frames.');
  return frames as readonly Frame[];
}
