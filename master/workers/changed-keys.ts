import { isDeepStrictEqual } from 'node:util';
import type { ResolvedWorker } from '../config/deployment.ts';

/** The keys of two configurations of one worker that differ in a way that needs a restart; empty when none does. */
export function changedKeys(from: ResolvedWorker, to: ResolvedWorker): readonly string[] {
  const keys: string[] = [];
  if (from.config.type !== to.config.type) keys.push('type');
  if (from.packageName !== to.packageName || from.packageVersion !== to.packageVersion) keys.push('package');
  if (!keys.includes('type') && !isDeepStrictEqual(from.deployment, to.deployment)) {
    keys.push(...changedProperties(from.deployment, to.deployment));
  }
  if (!isDeepStrictEqual(from.healthCheck, to.healthCheck)) keys.push('health_check');
  const before = atRun(from);
  const after = atRun(to);
  if (keys.length === 0 && !isDeepStrictEqual(before, after)) {
    keys.push(...changedProperties(before.config, after.config));
  }
  return keys;
}

/** What is only shown is shown anew without a restart. */
function atRun({ deployment: _, ...resolved }: ResolvedWorker) {
  const { group: _group, metadata: _metadata, ...config } = resolved.config;
  return { ...resolved, config };
}

function changedProperties<T extends object>(from: T, to: T): string[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  const value = (object: object, name: string): unknown => Object.getOwnPropertyDescriptor(object, name)?.value;
  return [...names].filter((name) => !isDeepStrictEqual(value(from, name), value(to, name))).map(snakeCase);
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
