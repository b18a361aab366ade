import type { Socket } from 'node:net';
import v8 from 'node:v8';
import { FrameBatch, sendEach, type OpenChannel } from './channel.ts';
import type { Frame } from './frame.ts';
import { isJson } from './is-json.ts';

/** Frames between two processes. */
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

/** Four bytes of length, one for the encoding. */
const headBytes = 5;

/** JSON is several times as fast for what it can carry; V8's own format carries everything. */
const encodings = { json: 0, v8: 1 } as const;

/** Room for the length, and the encoding. */
const jsonHead = String.fromCharCode(0, 0, 0, 0, encodings.json);

function encode(frames: readonly Frame[]): Buffer {
  if (frames.every((frame) => isJson(frame))) {
    const buffer = Buffer.from(jsonHead + JSON.stringify(frames));
    buffer.writeUInt32LE(buffer.length - headBytes);
    return buffer;
  }
  const serializer = new v8.DefaultSerializer();
  serializer.writeRawBytes(Buffer.from([0, 0, 0, 0, encodings.v8]));
  serializer.writeHeader();
  serializer.writeValue(frames);
  const buffer = serializer.releaseBuffer();
  buffer.writeUInt32LE(buffer.length - headBytes);
  return buffer;
}

/** Puts chunks together to batches. */
function batchReader(deliver: (frames: readonly Frame[]) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let size = 0;
  let wanted = headBytes;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < wanted) return;
    const bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
    let begin = 0;
    for (wanted = headBytes; bytes.length - begin >= headBytes; begin += wanted) {
      wanted = headBytes + bytes.readUInt32LE(begin);
      if (bytes.length - begin < wanted) break;
      deliver(decode(bytes, begin, begin + wanted));
    }
    size = bytes.length - begin;
    if (size < headBytes) wanted = headBytes;
    chunks = size > 0 ? [bytes.subarray(begin)] : [];
  };
}

function decode(bytes: Buffer, begin: number, end: number): readonly Frame[] {
  const body = begin + headBytes;
  const frames: unknown =
    bytes[body - 1] === encodings.json
      ? JSON.parse(bytes.toString('utf8', body, end))
      : v8.deserialize(bytes.subarray(body, end));
  if (!Array.isArray(frames)) throw new Error('A peer sent something that is no batch of frames.');
  return frames as readonly Frame[];
}
