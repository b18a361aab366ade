import type { LogOutputConfig } from '../../config/log-collection.ts';
import type { LogLine } from '../../protocol.ts';
import { lineFilter } from '../line-filter.ts';
import { formatLine, type LineOrigin } from './format-line.ts';
import type { OutputFile, OutputLine } from './output-file.ts';
import type { OutputStream } from './output-stream.ts';

/** What an output takes lines from. */
export interface LineSource {
  /** Some lines behind a number, oldest first; none when there are none. */
  linesAfter(id: string, seq: number): readonly LogLine[];
  /** The number of a worker's newest line; 0 when it has none. */
  lastSeq(id: string): number;
}

export interface LogOutputOptions {
  readonly config: LogOutputConfig;
  readonly source: LineSource;
  readonly origin: Omit<LineOrigin, 'worker'>;
  /** Tells its place in a file from that of other outputs in the same one; the same after a restart. */
  readonly name: string;
  /** The file or stream for a worker's lines. */
  readonly sinkFor: (id: string) => OutputFile | OutputStream;
}

/** One target: takes the lines of each worker from the store at its own pace, so it holds up nobody and misses none. */
export class LogOutput {
  readonly #options: LogOutputOptions;
  readonly #passes: (line: LogLine) => boolean;
  readonly #taken = new Map<string, number>();

  constructor(options: LogOutputOptions) {
    this.#options = options;
    this.#passes = lineFilter({ ...options.config.filter, ...streamOf(options.config) });
  }

  /** The newest line of a worker that it has written, or left out. */
  taken(id: string): number {
    return this.#taken.get(id) ?? 0;
  }

  get name(): string {
    return this.#options.name;
  }

  /**
   * What these workers wrote before is none of its business, unless it wrote some of it already, or was in force all the
   * time: then also what a former master could not note any more that it is.
   */
  async begin(ids: readonly string[], wasInForce: boolean): Promise<void> {
    const { config, source, sinkFor } = this.#options;
    const isOwn = wasInForce && config.target === 'file';
    for (const id of ids) {
      const sink = sinkFor(id);
      const key = this.#keyOf(id);
      if ((await sink.written(key)) === undefined) await sink.skip(key, isOwn ? 0 : source.lastSeq(id));
      this.#taken.set(id, (await sink.written(key)) ?? 0);
    }
  }

  /** Writes everything a worker has written; `moved` is told of each step. */
  async catchUp(id: string, moved: (id: string) => void): Promise<void> {
    const { config, source, origin, sinkFor } = this.#options;
    const sink = sinkFor(id);
    const key = this.#keyOf(id);
    for (;;) {
      const noted = await sink.written(key);
      // Noted before the first line, so that a later master knows that they are its business, should the sink refuse.
      if (noted === undefined) await sink.skip(key, 0);
      const seq = noted ?? 0;
      this.#taken.set(id, seq);
      moved(id);
      const lines = source.linesAfter(id, seq);
      const [first] = lines;
      if (!first) return;
      const lost = first.seq - seq - 1;
      const gap = `${lost} lines of ${id} are not here: the store kept them no longer.\n`;
      await sink.append([
        ...(lost > 0 ? [{ key, seq: first.seq - 1, text: gap }] : []),
        ...lines.map((line): OutputLine => {
          const text = this.#passes(line) ? formatLine(this.#shaped(line), { ...origin, worker: id }, config) : '';
          return { key, seq: line.seq, text };
        }),
      ]);
    }
  }

  #keyOf(id: string): string {
    return `${id}.${this.#options.name}`;
  }

  /** Without what is told by a form that this output does not read. */
  #shaped(line: LogLine): LogLine {
    const { forms } = this.#options.config;
    const isJson = line.text.trimStart().startsWith('{');
    if (line.fields === undefined && line.message === undefined) return line;
    if (isJson ? forms.json : forms.logfmt) return line;
    const { seq, time, run, stream, text } = line;
    return { seq, time, run, stream, text };
  }
}

function streamOf({ stream }: LogOutputConfig): { stream?: 'stdout' | 'stderr' } {
  return stream === undefined ? {} : { stream };
}
