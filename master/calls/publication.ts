import { CallError } from './contract.ts';

/** Runs a worker's code: whatever it begins belongs to the worker. */
export type Enter = <Given extends readonly unknown[], Result>(
  work: (...given: Given) => Result,
  ...given: Given
) => Result;

export interface PublicationParts {
  readonly worker: string;
  /** The endpoint's name. */
  readonly name: string;
  readonly contract: object;
  readonly enter: Enter;
}

/** Who is told when the worker ends. */
interface Loss {
  lost(): void;
}

/** Names in whose place every object has something that is nobody's function. */
const reserved: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** One object that a worker offers to others, while it does. */
export class Publication {
  readonly worker: string;
  /** The endpoint's name. */
  readonly name: string;
  readonly enter: Enter;
  readonly #contract: object;
  readonly #losses = new Set<Loss>();
  #open = true;
  #active = 0;
  #drained: (() => void) | undefined;

  constructor({ worker, name, contract, enter }: PublicationParts) {
    this.worker = worker;
    this.name = name;
    this.enter = enter;
    this.#contract = contract;
  }

  /** "worker/endpoint". */
  get target(): string {
    return targetOf(this.worker, this.name);
  }

  /** False as soon as no new call is taken. */
  get open(): boolean {
    return this.#open;
  }

  /** Calls one of its functions; what that one throws is thrown. */
  invoke(method: string, args: readonly unknown[]): unknown {
    const implementation: unknown = Reflect.get(this.#contract, method);
    if (typeof implementation !== 'function' || reserved.has(method)) throw this.#unknown(method);
    return this.enter(applied, implementation as Implementation, this.#contract, args);
  }

  /** A call is under way until `end`. */
  begin(): void {
    this.#active += 1;
  }

  end(): void {
    this.#active -= 1;
    if (this.#active === 0) this.#drained?.();
  }

  /** Called when the worker ends with calls under way. Returns the way to end it. */
  onLoss(listener: () => void): () => void {
    const loss = { lost: listener };
    this.watch(loss);
    return () => {
      this.unwatch(loss);
    };
  }

  /** The same until `unwatch`, for what is made with each call: it needs no function of its own. */
  watch(loss: Loss): void {
    this.#losses.add(loss);
  }

  unwatch(loss: Loss): void {
    this.#losses.delete(loss);
  }

  /** Takes no new call; resolves when the last one under way is done. */
  drain(): Promise<void> {
    this.#open = false;
    if (this.#active === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** The worker has ended: whoever waits for an answer is told. */
  abandon(): void {
    this.#open = false;
    for (const loss of [...this.#losses]) loss.lost();
    this.#losses.clear();
  }

  #unknown(method: string): CallError {
    const names = functionNames(this.#contract);
    const has = names.length > 0 ? `it has: ${names.join(', ')}` : 'it has none at all';
    return new CallError('unknown-function', `${this.target} has no function "${method}"; ${has}.`);
  }
}

type Implementation = (...args: unknown[]) => unknown;

/** A function of its own, given what it needs: one made for each call would cost as much as all else of it. */
function applied(implementation: Implementation, contract: object, args: readonly unknown[]): unknown {
  return Reflect.apply(implementation, contract, args);
}

export function targetOf(worker: string, endpoint: string): string {
  return `${worker}/${endpoint}`;
}

/** The functions of an object, those of its class included. */
function functionNames(contract: object): string[] {
  const names = new Set<string>();
  for (let at: unknown = contract; isObject(at) && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (!reserved.has(name) && typeof Reflect.get(contract, name) === 'function') names.add(name);
    }
  }
  return [...names];
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
