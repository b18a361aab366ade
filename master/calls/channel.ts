import type { Frame } from './frame.ts';

/** Carries frames between two places, in order; those of one turn of the loop travel together. */
export interface Channel {
  post(frame: Frame): void;
  /** Keeps the process alive: an answer is waited for. */
  hold(): void;
  release(): void;
  close(): void;
}

/** Who uses a channel. */
export interface ChannelUser {
  received(frame: Frame): void;
  /** This frame alone could not be sent. */
  unsendable(frame: Frame, error: unknown): void;
  /** Called once, when the other side is gone or the channel was closed. */
  closed(): void;
}

/** Makes the channel of a user; nothing is received before it returns. */
export type OpenChannel = (user: ChannelUser) => Channel;

/**
 * Collects the frames of one turn of the loop, microtasks included, and hands them to `send` together; those of a long
 * turn `most` at a time, so that the other side is at work meanwhile.
 */
export class FrameBatch {
  readonly #send: (frames: readonly Frame[]) => void;
  readonly #most: number;
  #frames: Frame[] = [];
  readonly #flush = () => {
    const frames = this.#frames;
    // All that the turn had may have gone already.
    if (frames.length === 0) return;
    this.#frames = [];
    this.#send(frames);
  };

  constructor(send: (frames: readonly Frame[]) => void, most = Infinity) {
    this.#send = send;
    this.#most = most;
  }

  add(frame: Frame): void {
    const size = this.#frames.push(frame);
    if (size === 1) process.nextTick(this.#flush);
    else if (size === this.#most) this.#flush();
  }
}

/** Sends a batch; one that holds something unsendable is sent frame by frame, so that only that one fails. */
export function sendEach(
  frames: readonly Frame[],
  send: (frames: readonly Frame[]) => void,
  unsendable: (frame: Frame, error: unknown) => void,
): void {
  try {
    send(frames);
  } catch (error) {
    const [only] = frames;
    if (frames.length > 1) for (const frame of frames) sendEach([frame], send, unsendable);
    else if (only) unsendable(only, error);
  }
}
