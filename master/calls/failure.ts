import { inspect } from 'node:util';
import { CallError, type CallErrorCode } from './contract.ts';
import { withoutLoadNumbers } from '../workers/module/host/load-number.ts';
import { copyValue } from './copy-value.ts';

/** What a function threw, as it travels. */
export type Failure =
  | { readonly thrown: 'error'; readonly error: ErrorParts }
  /** Not an Error at all. */
  | { readonly thrown: 'value'; readonly value: unknown };

interface ErrorParts {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Failure;
  /** Of an AggregateError. */
  readonly errors?: readonly Failure[];
  /** Its own properties, `code` first among them; what cannot be copied is left out. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Nobody nests causes deeper, except in a circle. */
const deepestCause = 8;

export function describeFailure(thrown: unknown, depth = 0): Failure {
  if (!(thrown instanceof Error)) return { thrown: 'value', value: valueOf(thrown) };
  const { name, message, stack, cause } = thrown;
  return {
    thrown: 'error',
    error: {
      name,
      message,
      ...(stack === undefined ? {} : { stack: withoutLoadNumbers(stack) }),
      ...(cause === undefined || depth >= deepestCause ? {} : { cause: describeFailure(cause, depth + 1) }),
      ...errorsOf(thrown, depth),
      properties: ownProperties(thrown),
    },
  };
}

/** A copy, or a text where none can be made. */
function valueOf(thrown: unknown): unknown {
  return thrown === undefined ? thrown : (copied(thrown) ?? inspect(thrown));
}

/** Nobody reads more than so many of one. */
const mostErrors = 100;

function errorsOf(thrown: Error, depth: number): { readonly errors?: readonly Failure[] } {
  if (!(thrown instanceof AggregateError) || depth >= deepestCause) return {};
  return { errors: thrown.errors.slice(0, mostErrors).map((each) => describeFailure(each, depth + 1)) };
}

/** The error as it was thrown: name, message, code and the stack of the place it comes from. */
export function reviveFailure(failure: Failure): unknown {
  if (failure.thrown === 'value') return failure.value;
  const { name, message, stack, cause, errors, properties } = failure.error;
  const error = errors
    ? aggregate(name, errors.map(reviveFailure), message)
    : name === 'CallError'
      ? new CallError(properties['code'] as CallErrorCode, message)
      : create(name, message);
  Object.assign(error, properties);
  if (stack !== undefined) hide(error, 'stack', stack);
  if (cause !== undefined) hide(error, 'cause', reviveFailure(cause));
  return error;
}

const builtins: ReadonlyMap<string, ErrorConstructor> = new Map(
  [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [type.name, type]),
);

function create(name: string, message: string): Error {
  const Type = builtins.get(name);
  if (Type) return new Type(message);
  const error = new Error(message);
  hide(error, 'name', name);
  return error;
}

function aggregate(name: string, errors: unknown[], message: string): Error {
  const error = new AggregateError(errors, message);
  if (name !== error.name) hide(error, 'name', name);
  return error;
}

function ownProperties(error: Error): Record<string, unknown> {
  const properties: Record<string, unknown> = {};
  const code: unknown = Reflect.get(error, 'code');
  if (typeof code === 'string' || typeof code === 'number') properties['code'] = code;
  for (const [key, value] of Object.entries(error)) {
    const copy = ['name', 'message', 'stack', 'cause'].includes(key) ? undefined : copied(value);
    if (copy !== undefined) properties[key] = copy;
  }
  return properties;
}

function copied(value: unknown): unknown {
  try {
    return copyValue(value);
  } catch {
    return undefined;
  }
}

/** As `message` and `stack` of an error are: not seen by a loop over its keys. */
function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false });
}
