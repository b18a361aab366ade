import { closeSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import type { LastRun } from './lifecycle/worker-snapshot.ts';
import type { SavedWorker } from './workers/run-counts.ts';
import type { SavedRun } from './workers/worker.ts';

/** What a master leaves for the next one: by worker id. */
export type SavedState = ReadonlyMap<string, SavedWorker>;

/** What is used of the file system. */
export interface StateFiles {
  openSync(path: string, flags: string, mode: number): number;
  writeSync(file: number, text: string): number;
  closeSync(file: number): void;
  writeFileSync(path: string, text: string, options: { readonly mode: number }): void;
  renameSync(from: string, to: string): void;
}

interface Base {
  readonly format: 1;
  readonly workers: Readonly<Record<string, SavedWorker>>;
}

/** A file is written anew when the changes behind its first line have grown to this, in characters. */
const longestTail = 256 * 1024;

/**
 * Where a master keeps what the next one needs: a first line with every worker, then a line with what changed for each
 * change. A line is written whole or, where the master died over it, found torn by the next one. The file must outlive
 * the master, not the machine, whose end takes the workers with it: so nothing waits for the disk.
 */
export class StateFile {
  readonly #path: string;
  readonly #complain: (sentence: string) => void;
  readonly #files: StateFiles;
  readonly #state: Map<string, SavedWorker>;
  /** Open for appending; undefined when the file must be written anew. */
  #file: number | undefined;
  #tail = 0;
  #hasComplained = false;

  /** `former` is kept until it changes. `complain` is told once when the file cannot be written. */
  constructor(
    path: string,
    former: SavedState,
    complain: (sentence: string) => void,
    files: StateFiles = { openSync, writeSync, closeSync, writeFileSync, renameSync },
  ) {
    this.#path = path;
    this.#state = new Map(former);
    this.#complain = complain;
    this.#files = files;
  }

  /** Keeps the changed workers. What finds no room on the disk is tried again with the next change. */
  save(changed: SavedState): void {
    for (const [id, saved] of changed) this.#state.set(id, saved);
    try {
      if (this.#file === undefined || this.#tail > longestTail) this.#writeAnew();
      else this.#append(this.#file, `${JSON.stringify(Object.fromEntries(changed))}\n`);
      this.#hasComplained = false;
    } catch (error) {
      this.close();
      if (this.#hasComplained) return;
      this.#hasComplained = true;
      const why = error instanceof Error ? error.message : String(error);
      this.#complain(
        `The state ${this.#path} cannot be saved: ${why}. The workers run on; a later master may not know the newest of them until there is room again.`,
      );
    }
  }

  close(): void {
    if (this.#file !== undefined) this.#files.closeSync(this.#file);
    this.#file = undefined;
  }

  #append(file: number, line: string): void {
    // Less is written only where there is no room for more.
    if (this.#files.writeSync(file, line) < Buffer.byteLength(line)) throw new Error('ENOSPC: no space left on device');
    this.#tail += line.length;
  }

  /** Beside it and renamed, so that a reader finds the old file or the new one, never half of it. */
  #writeAnew(): void {
    this.close();
    const base: Base = { format: 1, workers: Object.fromEntries(this.#state) };
    this.#files.writeFileSync(`${this.#path}.new`, `${JSON.stringify(base)}\n`, { mode: 0o600 });
    this.#files.renameSync(`${this.#path}.new`, this.#path);
    this.#file = this.#files.openSync(this.#path, 'a', 0o600);
    this.#tail = 0;
  }
}

/** The saved state, empty when there is none; `refused` says why a file that exists is not believed. */
export function readState(path: string): { readonly state: SavedState; readonly refused?: string } {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return { state: new Map() };
  }
  const state = parse(text);
  if (state) return { state };
  return {
    state: new Map(),
    refused: `The saved state ${path} is damaged (${text.length} characters): no worker is taken over from it.`,
  };
}

function parse(text: string): Map<string, SavedWorker> | undefined {
  const [first = '', ...changes] = text.split('\n');
  const base = parseJson(first);
  if (!isRecord(base) || base['format'] !== 1) return undefined;
  // Behind the last line's end there is nothing, or what a master died over: it had told nobody of it yet.
  changes.pop();
  const state = new Map<string, SavedWorker>();
  for (const part of [base['workers'], ...changes.map(parseJson)]) {
    if (!isRecord(part)) return undefined;
    for (const [id, saved] of Object.entries(part)) {
      if (!isSavedWorker(saved)) return undefined;
      state.set(id, saved);
    }
  }
  return state;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSavedWorker(value: unknown): value is SavedWorker {
  return (
    isRecord(value) &&
    typeof value['wanted'] === 'boolean' &&
    Number.isSafeInteger(value['runs']) &&
    Number.isSafeInteger(value['restarts']) &&
    (value['run'] === null || isSavedRun(value['run'])) &&
    (value['last'] === undefined || isLastRun(value['last'])) &&
    (value['peril'] === undefined || isPeril(value['peril']))
  );
}

function isLastRun(value: unknown): value is LastRun {
  return (
    isRecord(value) &&
    typeof value['started_at'] === 'string' &&
    typeof value['ended_at'] === 'string' &&
    (value['exit_code'] === null || Number.isSafeInteger(value['exit_code'])) &&
    (value['signal'] === null || typeof value['signal'] === 'string')
  );
}

function isPeril(value: unknown): boolean {
  return isRecord(value) && Number.isSafeInteger(value['since']) && Number.isSafeInteger(value['deaths']);
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
