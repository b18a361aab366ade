import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { SavedWorker } from './workers/run-counts.ts';
import type { SavedRun } from './workers/worker.ts';

/** What a master leaves for the next one: by worker id. */
export type SavedState = ReadonlyMap<string, SavedWorker>;

interface StateDocument {
  readonly format: 1;
  readonly workers: Readonly<Record<string, SavedWorker>>;
}

/** Written beside and renamed, so that a reader finds the old state or the new one, never half of it. */
export function writeState(path: string, state: SavedState): void {
  const document: StateDocument = { format: 1, workers: Object.fromEntries(state) };
  writeFileSync(`${path}.new`, JSON.stringify(document), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** The saved state, empty when there is none; `refused` says why a file that exists is not believed. */
export function readState(path: string): { readonly state: SavedState; readonly refused?: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { state: new Map() };
  }
  const workers = parse(text);
  if (workers) return { state: new Map(Object.entries(workers)) };
  return {
    state: new Map(),
    refused: `The saved state ${path} is damaged (${text.length} characters): no worker is taken over from it.`,
  };
}

function parse(text: string): Record<string, SavedWorker> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['format'] !== 1 || !isRecord(value['workers'])) return undefined;
  const workers: Record<string, SavedWorker> = {};
  for (const [id, saved] of Object.entries(value['workers'])) {
    if (!isSavedWorker(saved)) return undefined;
    workers[id] = saved;
  }
  return workers;
}

function isSavedWorker(value: unknown): value is SavedWorker {
  return (
    isRecord(value) &&
    typeof value['wanted'] === 'boolean' &&
    Number.isSafeInteger(value['runs']) &&
    Number.isSafeInteger(value['restarts']) &&
    (value['run'] === null || isSavedRun(value['run']))
  );
}

function isSavedRun(value: unknown): value is SavedRun {
  return (
    isRecord(value) &&
    Number.isSafeInteger(value['number']) &&
    Number.isSafeInteger(value['pid']) &&
    Number(value['pid']) > 1 &&
    ['processStart', 'boot', 'startedAt', 'stdoutFile', 'stderrFile'].every((key) => typeof value[key] === 'string')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
