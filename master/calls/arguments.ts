import { copyValue } from './copy-value.ts';

/** Arguments on their way: copied, with every AbortSignal among them taken out. */
export interface PackedArguments {
  readonly values: readonly unknown[];
  /** Where the signals stood; undefined when there were none. */
  readonly signals: readonly SignalPlace[] | undefined;
}

/** An argument that is a signal, or one that has it as its property `signal`. */
export interface SignalPlace {
  readonly index: number;
  readonly property: boolean;
}

/** Throws a DataCloneError that names the argument which cannot be copied. */
export function packArguments(args: readonly unknown[]): PackedArguments {
  const signals = findSignals(args);
  const bare = signals ? without(args, signals) : args;
  try {
    return { values: copyValue(bare) as unknown[], signals };
  } catch (error) {
    throw nameArgument(bare, error);
  }
}

export function unpackArguments(
  { values, signals }: PackedArguments,
  signal: AbortSignal | undefined,
): readonly unknown[] {
  if (!signals) return values;
  const args = [...values];
  for (const { index, property } of signals) {
    const argument = args[index];
    args[index] = property && isObject(argument) ? { ...argument, signal } : signal;
  }
  return args;
}

/** One signal for all that are among the arguments; undefined when none is. */
export function signalOf(args: readonly unknown[]): AbortSignal | undefined {
  const signals = findSignals(args);
  return signals && oneOf(args, signals);
}

function oneOf(args: readonly unknown[], signals: readonly SignalPlace[]): AbortSignal | undefined {
  const found = signals.flatMap(({ index, property }) => {
    const argument = args[index];
    const signal: unknown = property && isObject(argument) ? Reflect.get(argument, 'signal') : argument;
    return signal instanceof AbortSignal ? [signal] : [];
  });
  return found.length > 1 ? AbortSignal.any(found) : found[0];
}

function findSignals(args: readonly unknown[]): SignalPlace[] | undefined {
  let found: SignalPlace[] | undefined;
  for (let index = 0; index < args.length; index++) {
    const argument = args[index];
    if (!isObject(argument)) continue;
    if (argument instanceof AbortSignal) (found ??= []).push({ index, property: false });
    else if ('signal' in argument && argument.signal instanceof AbortSignal)
      (found ??= []).push({ index, property: true });
  }
  return found;
}

function without(args: readonly unknown[], signals: readonly SignalPlace[]): unknown[] {
  const bare = [...args];
  for (const { index, property } of signals) {
    const argument = bare[index];
    bare[index] = property && isObject(argument) ? { ...argument, signal: undefined } : undefined;
  }
  return bare;
}

function nameArgument(args: readonly unknown[], error: unknown): unknown {
  for (const [index, argument] of args.entries()) {
    try {
      copyValue(argument);
    } catch (reason) {
      const why = reason instanceof Error ? reason.message : String(reason);
      return new DOMException(`argument ${index + 1} cannot be copied: ${why}`, 'DataCloneError');
    }
  }
  return error;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
