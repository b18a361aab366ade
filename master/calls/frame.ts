import type { SignalPlace } from './arguments.ts';
import type { Failure } from './failure.ts';

/** What belongs to one call and goes back to its caller. */
export type AnswerFrame = Exclude<ServerFrame, readonly ['withdrawn' | 'bye', ...unknown[]]>;

/**
 * What travels over a link, in either direction. The number is the caller's own and names the call until its last
 * frame.
 */
export type Frame = CallerFrame | ServerFrame;

export type CallerFrame =
  | readonly [
      'call',
      number,
      target: string,
      method: string,
      args: readonly unknown[],
      signals?: readonly SignalPlace[],
    ]
  /** The caller's signal has aborted, or it waits no longer. */
  | readonly ['abort', number, reason: Failure]
  /** The reader of a stream has room for so many more items. */
  | readonly ['pull', number, items: number]
  /** The reader of a stream wants no more; answered by `end`. */
  | readonly ['close', number]
  /** The answer to `withdrawn`: no further call of this target is on its way. */
  | readonly ['left', number];

export type ServerFrame =
  | readonly ['value', number, value: unknown]
  | readonly ['failure', number, failure: Failure]
  /** Nothing of that name is published here now: the call has not begun. */
  | readonly ['absent', number]
  /** The worker ended while it was at it. */
  | readonly ['lost', number]
  /** The answer is a stream; its items come as the reader pulls. */
  | readonly ['stream', number]
  | readonly ['item', number, value: unknown]
  | readonly ['end', number]
  /** The worker is about to end: its callers are to look for it anew. The number is the server's own. */
  | readonly ['withdrawn', number, target: string]
  /** The last frame of a place that ends: what it has not answered by now it has not begun. */
  | readonly ['bye', number];
