import type { MessagePort } from 'node:worker_threads';
import { FrameBatch, sendEach, type OpenChannel } from './channel.ts';
import type { Frame } from './frame.ts';

/** A port that leads to another place, handed over beside the frames. */
export interface PortHandover {
  /** Names the place at its other end. */
  readonly place: string;
  readonly port: MessagePort;
}

/** To send a message and wake its reader costs about as much as seven frames in it. */
const mostTogether = 16;

/** Frames between two threads. `handedOver` hears of ports that come with them. */
export function portChannel(
  port: MessagePort,
  handedOver: (link: PortHandover) => void = () => undefined,
): OpenChannel {
  return (user) => {
    let open = true;
    const batch = new FrameBatch((frames) => {
      if (!open) return;
      sendEach(
        frames,
        (sendable) => {
          port.postMessage(sendable);
        },
        (frame, error) => {
          user.unsendable(frame, error);
        },
      );
    }, mostTogether);
    port.on('message', (message: readonly Frame[] | PortHandover) => {
      if (isHandover(message)) handedOver(message);
      else for (const frame of message) user.received(frame);
    });
    port.once('close', () => {
      open = false;
      user.closed();
    });
    port.unref();
    return {
      post: (frame) => {
        batch.add(frame);
      },
      hold: () => {
        port.ref();
      },
      release: () => {
        port.unref();
      },
      close: () => {
        port.close();
      },
    };
  };
}

function isHandover(message: readonly Frame[] | PortHandover): message is PortHandover {
  return !Array.isArray(message);
}
