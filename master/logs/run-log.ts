import { rmSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from '../protocol.ts';
import { linesIn } from './lines-in.ts';
import { LogIndex, type Batch } from './log-index.ts';
import { Spool } from './spool.ts';
import type { Mask } from '../secrets/mask.ts';
import { readStructuredLine, type StructuredLine } from './structured-line.ts';

export interface RunLogOptions {
  readonly folder: string;
  readonly id: string;
  readonly run: number;
  readonly mask: () => Mask;
}

/** What one run wrote: its two spool files, and the index that numbers their lines. */
export class RunLog {
  readonly run: number;
  readonly stdout: Spool;
  readonly stderr: Spool;
  readonly #index: LogIndex;
  readonly #mask: () => Mask;
  #isClosed = false;

  constructor({ folder, id, run, mask }: RunLogOptions) {
    this.run = run;
    this.#mask = mask;
    this.#index = new LogIndex(path.join(folder, indexFolder, `${id}.${run}`));
    const ends = { stdout: 0, stderr: 0 };
    for (const { stream, end } of this.#index.backwards()) {
      ends[stream] = Math.max(ends[stream], end);
      if (ends.stdout > 0 && ends.stderr > 0) break;
    }
    const spool = (stream: Batch['stream']) =>
      new Spool(stream, path.join(folder, spoolName(id, run, stream)), ends[stream]);
    let stdout: Spool | undefined;
    try {
      this.stdout = stdout = spool('stdout');
      this.stderr = spool('stderr');
    } catch (error) {
      // Where no more files can be opened, those that were must not be lost.
      stdout?.close();
      this.#index.close();
      throw error;
    }
  }

  /** The number of its newest line; 0 when it has none. */
  get lastSeq(): number {
    for (const { firstSeq, count } of this.#index.backwards()) return firstSeq + count - 1;
    return 0;
  }

  /**
   * Takes in what was written since, at most about `budget` bytes, numbered from `firstSeq`. `seen` is given each
   * batch once it is in the index. Returns whether something may be left.
   */
  absorb(
    options: { readonly isFinal: boolean; readonly budget: number },
    firstSeq: () => number,
    seen: (batch: Batch, bytes: Buffer) => void,
  ): boolean {
    let left = options.budget;
    // In turns, so that a flood on one stream does not hold up the other.
    for (let open = [this.stdout, this.stderr]; open.length > 0 && left > 0;) {
      open = open.filter((spool) => {
        const part = spool.next(options.isFinal);
        if (!part) return false;
        const { start, end, count, bytes } = part;
        const batch: Batch = { stream: spool.stream, start, end, count, firstSeq: firstSeq(), time: Date.now() };
        this.#index.append(batch);
        seen(batch, bytes);
        left -= end - start;
        return true;
      });
    }
    return left <= 0;
  }

  /** Newest first. */
  batches(): Generator<Batch> {
    return this.#index.backwards();
  }

  /** Those the disk has had no room for, newest first; they are not among `batches()` of another reader. */
  unsaved(): readonly Batch[] {
    return this.#index.unsaved();
  }

  /** The lines of a batch, oldest first. */
  lines(batch: Batch, bytes = this[batch.stream].read(batch.start, batch.end)): LogLine[] {
    const lines: LogLine[] = [];
    const time = new Date(batch.time).toISOString();
    const mask = this.#mask();
    linesIn(bytes, true, (start, end) => {
      const written = bytes.toString('utf8', start, end);
      const text = mask.text(written);
      const seq = batch.firstSeq + lines.length;
      lines.push({ seq, time, run: this.run, stream: batch.stream, text, ...masked(written, text, mask) });
    });
    return lines;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#index.close();
    this.stdout.close();
    this.stderr.close();
  }
}

/** Read as it was written: masked JSON is no JSON any more. */
function masked(written: string, text: string, mask: Mask): StructuredLine {
  const { message, fields, ...rest } = readStructuredLine(written);
  if (text === written)
    return { ...rest, ...(message === undefined ? {} : { message }), ...(fields ? { fields } : {}) };
  return {
    ...rest,
    ...(message === undefined ? {} : { message: mask.text(message) }),
    ...(fields
      ? { fields: Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, mask.value(value, key)])) }
      : {}),
  };
}

/** Apart from the spool files, whose folder is watched: an index is written by the watcher itself. */
export const indexFolder = 'index';

/** A worker's id holds no dot, so names of different workers never meet. */
export function spoolName(id: string, run: number, stream: Batch['stream']): string {
  return `${id}.${run}.${stream === 'stdout' ? 'out' : 'err'}`;
}

export function removeRunLog(folder: string, id: string, run: number): void {
  for (const stream of ['stdout', 'stderr'] as const)
    rmSync(path.join(folder, spoolName(id, run, stream)), { force: true });
  rmSync(path.join(folder, indexFolder, `${id}.${run}`), { force: true });
}
