/**
 * What a caller holds of a worker's published object: its methods, each with a promise of the answer. A method that
 * returns an async iterable answers with one: `for await (const item of await client.list())`.
 */
export type Client<Contract extends object> = {
  readonly [Name in keyof Contract as Contract[Name] extends Callable ? Name : never]: Contract[Name] extends (
    ...args: infer Arguments
  ) => infer Result
    ? (...args: Arguments) => Promise<Answer<Awaited<Result>>>
    : never;
};

type Callable = (...args: never[]) => unknown;

type Answer<Value> = Value extends AsyncIterable<infer Item> ? AsyncIterableIterator<Item> : Value;

/** Returns a client at once; the worker is found with the first call, and again whenever it has moved. */
export type Connect = <Contract extends object>(worker: string, options?: ConnectOptions) => Client<Contract>;

export interface ConnectOptions {
  /** Which of the objects that the worker publishes; may be left out where it publishes one. */
  readonly endpoint?: string;
  /** Hands arguments and answers over as they are, where both workers share a loop; elsewhere they are copied all the same. */
  readonly shareValues?: boolean;
  /** How long the answer to a call may take, in ms: 30,000 if not told; Infinity is no limit. */
  readonly timeoutMs?: number;
  /** How long a call waits for a worker that is not running, in ms: 10,000 if not told. */
  readonly waitMs?: number;
}

export type CallErrorCode =
  | 'unknown-worker'
  | 'unknown-endpoint'
  | 'unknown-function'
  | 'unavailable'
  | 'timeout'
  | 'worker-lost'
  | 'not-cloneable'
  | 'no-master';

/** A call that came to nothing for a reason of its own; what the function itself throws arrives as it was. */
export class CallError extends Error {
  readonly code: CallErrorCode;
  constructor(code: CallErrorCode, message: string) {
    super(message);
    this.name = 'CallError';
    this.code = code;
  }
}

/** A worker as its own code sees it, wherever it runs. */
export interface WorkerContext {
  /** The worker's id: one file may run as several workers. */
  readonly id: string;
  readonly endpoints: WorkerEndpoints;
  /** Other workers' published objects, by the workers' ids. */
  readonly connect: Connect;
}

/** Where callers reach the worker, each under a name. */
export interface WorkerEndpoints {
  /** Offers an object's methods to other workers, which call them through `connect`. */
  publish(name: string, contract: object): void;
  /** Tells of a URL, a function's name or the path of a socket that the worker serves by itself. */
  register(name: string, type: 'url' | 'function' | 'ipc', address: string): void;
  unregister(name: string): void;
}
