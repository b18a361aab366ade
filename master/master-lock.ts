import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

/** Who holds a lock: a pid alone may belong to a stranger by now. */
export interface LockHolder {
  readonly pid: number;
  /** The kernel's start time of the process; opaque. */
  readonly processStart: string;
}

/** Tells the start time of a process; undefined when it does not exist. */
export type Identify = (pid: number) => Promise<string | undefined>;

export interface Lock {
  release(): void;
}

/**
 * Takes the lock file at `path`, so that one workers file has one master. Resolves to the holder instead when a live
 * process has it. A lock whose holder is dead is taken over; linking a finished file makes the taking atomic.
 */
export async function acquireLock(path: string, identify: Identify): Promise<Lock | { readonly holder: LockHolder }> {
  const own = JSON.stringify({ pid: process.pid, processStart: (await identify(process.pid)) ?? '' });
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, own, { mode: 0o600 });
  try {
    for (;;) {
      if (attempt(() => linkSync(draft, path), 'EEXIST')) return { release: () => releaseLock(path, own) };
      const found = readLock(path);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (holder && holder.processStart === (await identify(holder.pid))) return { holder };
      removeStale(path, found);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Who has, or had, the lock; undefined when nobody does. */
export function lockHolder(path: string): LockHolder | undefined {
  const text = readLock(path);
  return text === undefined ? undefined : parseHolder(text);
}

/** Moves the stale lock away; one that turns out to be another's fresh one is put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  if (!attempt(() => renameSync(path, aside), 'ENOENT')) return;
  if (readLock(aside) !== stale) attempt(() => linkSync(aside, path), 'EEXIST');
  rmSync(aside, { force: true });
}

function releaseLock(path: string, own: string): void {
  if (readLock(path) === own) rmSync(path, { force: true });
}

function readLock(path: string): string | undefined {
  let text: string | undefined;
  attempt(() => (text = readFileSync(path, 'utf8')), 'ENOENT');
  return text;
}

function parseHolder(text: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, processStart } = value as Partial<Record<keyof LockHolder, unknown>>;
    return typeof pid === 'number' && typeof processStart === 'string' ? { pid, processStart } : undefined;
  } catch {
    return undefined;
  }
}

/** Runs `action`; false when it fails with `code`. */
function attempt(action: () => void, code: string): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === code) return false;
    throw error;
  }
}
