import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SavedRun, RunOutput } from '../workers/worker.ts';
import type { LogLine, LogsParams } from '../protocol.ts';
import { maskOf, type Mask } from '../secrets/mask.ts';
import { type AttachedReader, BackPressure, type LogReader } from './back-pressure.ts';
import { HolePuncher } from './hole-puncher.ts';
import { indexFolder, storedRuns } from './run-log.ts';
import { selectLines } from './select-lines.ts';
import { watchFolder } from './watch-folder.ts';
import { WorkerLog } from './worker-log.ts';

/** How long a burst of writes is gathered before it is read, in milliseconds. */
const gatherMs = 5;

/** After the last sign of a write everything is looked at once more: the kernel drops signs when there are too many. */
const settleMs = 1000;

/** How much is given in one piece to whoever reads on, in bytes. */
const chunkBytes = 256 * 1024;

const patternsOnly = maskOf([]);

/** How much of a worker's output is kept where nothing else is said, in bytes. */
export const usualStoreBytes = 100_000_000;

/** What is dropped at once when there is too much, as a part of what may be kept: fewer cuts, each worth it. */
const dropPart = 1 / 8;

/** What becomes of a worker that writes more than may be kept of it before it was read. */
export type WhenFull = 'drop_oldest' | 'block';

/** The output of all workers of a master: spool files that the workers write to, and what was read from them. */
export class LogStore {
  readonly #folder: string;
  readonly #mask: () => Mask;
  readonly #logs = new Map<string, WorkerLog>();
  /** What was there before: read once for all workers, when the first of them is asked for. */
  #stored: Map<string, number[]> | undefined;
  readonly #dirty = new Set<string>();
  readonly #writtenListeners = new Set<(id: string) => void>();
  readonly #watcher: { close(): void };
  readonly #puncher: Pick<HolePuncher, 'works' | 'punch'>;
  readonly #dropping = new Map<string, Promise<void>>();
  readonly #droppedListeners = new Set<(id: string) => void>();
  readonly #waitListeners = new Set<(id: string) => void>();
  readonly #pressure: BackPressure;
  #isClosed = false;
  #maxBytes = usualStoreBytes;
  #gathering: NodeJS.Timeout | undefined;
  #goingOn: NodeJS.Immediate | undefined;
  #settling: NodeJS.Timeout | undefined;

  /**
   * Creates the folder, which is nobody else's to read. `mask` is what takes secrets out of every line, now; `canHold`
   * tells of which workers it can be asked that they wait.
   */
  constructor(
    folder: string,
    mask: () => Mask = () => patternsOnly,
    puncher: Pick<HolePuncher, 'works' | 'punch'> = new HolePuncher(folder),
    canHold: (id: string) => boolean = () => true,
  ) {
    this.#pressure = new BackPressure({
      canHold,
      changed: (id) => {
        for (const listener of this.#waitListeners) listener(id);
      },
    });
    this.#folder = folder;
    this.#mask = mask;
    this.#puncher = puncher;
    mkdirSync(path.join(folder, indexFolder), { recursive: true, mode: 0o700 });
    // One watch for the one flat folder, whatever the number of workers.
    this.#watcher = watchFolder(folder, (name) => {
      const [id] = name?.split('.') ?? [];
      for (const touched of id === undefined ? this.#logs.keys() : [id]) {
        if (this.#logs.has(touched)) this.#touch(touched);
      }
    });
  }

  /** The output of a run that begins, or with `saved` of one taken over from a former master. */
  openRun(id: string, number: number, saved?: SavedRun): Promise<RunOutput & { close(): Promise<void> }> {
    const log = this.#log(id);
    const run = log.open(number, saved !== undefined);
    return Promise.resolve({
      stdoutFile: run.stdout.path,
      stderrFile: run.stderr.path,
      write: (stream: 'stdout' | 'stderr', text: string) => {
        if (run.isClosed) return;
        run[stream].append(text);
        this.#touch(id);
      },
      close: () => {
        if (!run.isClosed) for (const spool of [run.stdout, run.stderr]) spool.append('');
        log.finish(run);
        return Promise.resolve();
      },
    });
  }

  /** Oldest first. Everything written before the call is among them. */
  lines(params: LogsParams): Promise<LogLine[]> {
    const log = this.#log(params.id);
    log.catchUp();
    return selectLines(log.batches(params.run), params);
  }

  lastLines(id: string, lines: number): Promise<LogLine[]> {
    return this.lines({ id, lines });
  }

  /** Gives every line from now on, in order, as they are read; until disposed. */
  follow(id: string, listener: (lines: readonly LogLine[]) => void): { dispose(): void } {
    const log = this.#log(id);
    log.catchUp();
    return { dispose: log.listen(listener) };
  }

  /** Every worker that has output here. */
  ids(): readonly string[] {
    const stored = readdirSync(path.join(this.#folder, indexFolder)).map((name) => name.split('.')[0] ?? '');
    return [...new Set([...stored, ...this.#logs.keys()])];
  }

  /** Removes the output of those that are not among `known` and have written nothing since a time. */
  forget(known: ReadonlySet<string>, since: number): void {
    const gone = new Set(this.ids().filter((id) => !known.has(id) && !this.#logs.has(id)));
    const files = [this.#folder, path.join(this.#folder, indexFolder)].flatMap((folder) =>
      readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const id = entry.name.split('.')[0] ?? '';
        const file = path.join(folder, entry.name);
        return entry.isFile() && gone.has(id) ? [{ id, file, at: statSync(file).mtimeMs }] : [];
      }),
    );
    for (const { id, at } of files) if (at >= since) gone.delete(id);
    for (const { id, file } of files) if (gone.has(id)) rmSync(file, { force: true });
    for (const id of gone) this.#stored?.delete(id);
  }

  /** The number of a worker's newest line, 0 when it has none. Everything written before the call counts. */
  lastSeq(id: string): number {
    const log = this.#log(id);
    log.catchUp();
    return log.lastSeq;
  }

  /** Some lines behind a number, oldest first; none when there are none. Everything written before the call counts. */
  linesAfter(id: string, seq: number): readonly LogLine[] {
    const log = this.#log(id);
    log.catchUp();
    return log.linesAfter(seq, chunkBytes);
  }

  /** Tells of every worker whose lines were taken in; returns the way to end it. */
  onWritten(listener: (id: string) => void): () => void {
    this.#writtenListeners.add(listener);
    return () => this.#writtenListeners.delete(listener);
  }

  /**
   * Keeps at most about so many bytes of each worker from now on: the oldest lines go. With "block" none goes that a
   * reader still has to take: its worker has to wait then.
   */
  keepAtMost(bytes: number, whenFull: WhenFull = 'drop_oldest'): void {
    this.#maxBytes = bytes;
    this.#pressure.bound(whenFull === 'block' ? bytes : undefined);
    for (const id of this.#logs.keys()) this.#lookAt(id);
  }

  /** Counts somebody among those who are waited for; tells it when they have taken lines, or read no more. */
  attach(reader: LogReader): AttachedReader {
    this.#pressure.attach(reader);
    return {
      taken: (id) => this.#lookAt(id),
      dispose: () => {
        this.#pressure.detach(reader);
        if (!this.#isClosed) for (const id of this.#logs.keys()) this.#lookAt(id);
      },
    };
  }

  /** Whether a worker has to wait until its output was read. */
  waits(id: string): boolean {
    return this.#pressure.waits(id);
  }

  /** Told of every worker that has to wait, or need not any more; returns the way to end it. */
  onWaits(listener: (id: string) => void): () => void {
    this.#waitListeners.add(listener);
    return () => this.#waitListeners.delete(listener);
  }

  /** How many of a worker's lines are not kept any more; 0 where no file can be opened to see. */
  droppedLines(id: string): number {
    try {
      return this.#log(id).droppedLines();
    } catch {
      return 0;
    }
  }

  /** Told of every worker of which lines were dropped; returns the way to end it. */
  onDropped(listener: (id: string) => void): () => void {
    this.#droppedListeners.add(listener);
    return () => this.#droppedListeners.delete(listener);
  }

  /** Resolves when nothing is being dropped. */
  async settled(): Promise<void> {
    while (this.#dropping.size > 0) await Promise.all(this.#dropping.values());
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher.close();
    clearTimeout(this.#gathering);
    clearTimeout(this.#settling);
    clearImmediate(this.#goingOn);
    for (const log of this.#logs.values()) log.close();
    this.#logs.clear();
  }

  #log(id: string): WorkerLog {
    const known = this.#logs.get(id);
    if (known) return known;
    this.#stored ??= storedRuns(this.#folder);
    const log = new WorkerLog({
      folder: this.#folder,
      id,
      runs: this.#stored.get(id) ?? [],
      mask: this.#mask,
      wrote: () => {
        for (const listener of this.#writtenListeners) listener(id);
      },
    });
    this.#logs.set(id, log);
    // It may have become too much while there was no master.
    this.#lookAt(id);
    return log;
  }

  /** Something was written, or taken. */
  #lookAt(id: string): void {
    const log = this.#logs.get(id);
    if (!log) return;
    this.#dropIfFull(id);
    try {
      this.#pressure.look(id, log);
    } catch {
      // Where no file can be opened to see, it is looked at again after the next write.
    }
  }

  #dropIfFull(id: string): void {
    const log = this.#logs.get(id);
    if (!log || this.#dropping.has(id) || !this.#isFull(log)) return;
    const dropping = this.#dropOldest(id, log)
      .catch(() => false)
      .then((isSmaller) => {
        this.#dropping.delete(id);
        // More may have been written meanwhile.
        if (isSmaller) this.#dropIfFull(id);
      });
    this.#dropping.set(id, dropping);
  }

  /** Where no file can be opened to see, it is looked at again after the next write. */
  #isFull(log: WorkerLog): boolean {
    try {
      return log.storedBytes() > this.#maxBytes;
    } catch {
      return false;
    }
  }

  /** Resolves to whether anything was dropped. */
  async #dropOldest(id: string, log: WorkerLog): Promise<boolean> {
    const canPunch = await this.#puncher.works();
    if (this.#isClosed) return false;
    const before = log.droppedLines();
    const holes = log.dropOldest(this.#maxBytes * (1 - dropPart), {
      wholeRuns: !canPunch,
      taken: this.#pressure.taken(id),
      worthBytes: this.#maxBytes * dropPart,
    });
    if (log.droppedLines() === before) return false;
    for (const listener of this.#droppedListeners) listener(id);
    // A file that is gone meanwhile needs no hole.
    if (canPunch) for (const hole of holes) await this.#puncher.punch(hole).catch(() => undefined);
    return true;
  }

  #touch(id: string): void {
    this.#dirty.add(id);
    this.#gathering ??= setTimeout(() => {
      this.#read();
    }, gatherMs).unref();
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      for (const known of this.#logs.keys()) this.#dirty.add(known);
      this.#read();
    }, settleMs).unref();
  }

  #read(): void {
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const id of dirty) {
      if (this.#logs.get(id)?.absorb()) {
        this.#dirty.add(id);
        // Others have their turn, and then it goes on at once.
        this.#goingOn ??= setImmediate(() => {
          this.#goingOn = undefined;
          this.#read();
        }).unref();
      }
      this.#lookAt(id);
    }
  }
}
