import { field, flag, number, oneOf, present, text } from './values.ts';
import type { ReadyConfig } from './worker-config.ts';

/** Reads `ready`, a word or a mapping; undefined where it says nothing. */
export function readReady(ready: unknown): ReadyConfig | undefined {
  const word = oneOf(ready, ['health', 'notify'] as const);
  const config: ReadyConfig = present({
    log: text(field(ready, 'log')),
    port: number(field(ready, 'port')),
    notify: word === 'notify' || flag(field(ready, 'notify')) || undefined,
    health: word === 'health' || flag(field(ready, 'health')) || undefined,
  });
  return Object.keys(config).length === 0 ? undefined : config;
}
