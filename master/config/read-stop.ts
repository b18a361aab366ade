import { field, list, oneOf, present, text, texts } from './values.ts';
import type { AllowedSignal, StopConfig, StopSignal } from './worker-config.ts';

/** Reads `stop`, a signal or a mapping; undefined where it says nothing. */
export function readStop(stop: unknown): StopConfig | undefined {
  const config: StopConfig = present({
    signal: oneOf(stop, signals) ?? oneOf(field(stop, 'signal'), signals),
    command: text(field(stop, 'command')),
    args: texts(field(stop, 'args')),
  });
  return Object.keys(config).length === 0 ? undefined : config;
}

/** Reads `allowed_signals`; what is no signal in it allows nothing. Undefined where it is not a list. */
export function readAllowedSignals(written: unknown): readonly AllowedSignal[] | undefined {
  if (!Array.isArray(written)) return undefined;
  const known: readonly AllowedSignal[] = [...signals, 'SIGCONT'];
  return list(written).flatMap((one) => oneOf(one, known) ?? []);
}

const signals: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGKILL'];
