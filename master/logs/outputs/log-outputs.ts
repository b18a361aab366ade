import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import type { LogCollectionConfig, LogOutputConfig } from '../../config/log-collection.ts';
import type { AttachedReader, LogReader } from '../back-pressure.ts';
import { OutputsInForce } from './in-force.ts';
import { LogOutput, type LineSource } from './log-output.ts';
import { OutputFile } from './output-file.ts';
import { OutputStream } from './output-stream.ts';

export interface LogOutputsOptions {
  readonly source: LineSource & {
    ids(): readonly string[];
    /** Tells of every worker that wrote something; returns the way to end it. */
    onWritten(listener: (id: string) => void): () => void;
    /** Lets workers wait for the outputs, where that is asked for. */
    attach(reader: LogReader): AttachedReader;
  };
  /** The folder of the workers file. */
  readonly folder: string;
  /** Where it is kept how far each file is written. */
  readonly cursors: string;
  /** Names the master. */
  readonly master: string;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Told what went wrong with an output, once until it works again. */
  readonly failed: (sentence: string) => void;
}

/** A target that refuses is tried again after this. Milliseconds. */
const retryMs = 5000;

/** Writes the workers' lines wherever `log_collection` says, and follows its changes. */
export class LogOutputs {
  readonly #options: LogOutputsOptions;
  readonly #files = new Map<string, OutputFile>();
  readonly #streams: { readonly stdout: OutputStream; readonly stderr: OutputStream };
  /** Null until there was any word on it. */
  #config: LogCollectionConfig | undefined | null = null;
  readonly #inForce: OutputsInForce;
  #outputs: readonly LogOutput[] = [];
  #unsubscribe: (() => void) | undefined;
  #attached: AttachedReader | undefined;
  readonly #dirty = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** One after the other. */
  #work: Promise<void> = Promise.resolve();
  #failing = '';

  constructor(options: LogOutputsOptions) {
    this.#options = options;
    this.#inForce = new OutputsInForce(options.cursors);
    this.#streams = { stdout: new OutputStream(options.stdout), stderr: new OutputStream(options.stderr) };
  }

  /** Puts a configuration in force; undefined writes nowhere. What was written before is written to the old outputs. */
  configure(config: LogCollectionConfig | undefined): Promise<void> {
    return this.#next(async () => {
      if (isDeepStrictEqual(config, this.#config)) return;
      await this.#finish();
      this.#config = config;
      this.#outputs = (config?.outputs ?? []).map((output) => this.#outputOf(output));
      const { source } = this.#options;
      const ids = source.ids();
      const former = await this.#inForce.names();
      const begun = new Set<string>();
      if (this.#outputs.length > 0) this.#unsubscribe = source.onWritten((id) => this.#touch(id));
      for (const output of this.#outputs) {
        await output.begin(ids, former.has(output.name)).then(
          () => begun.add(output.name),
          (error: unknown) => this.#fail(error),
        );
      }
      await this.#inForce.note(begun).catch((error: unknown) => this.#fail(error));
      if (this.#outputs.length === 0) return;
      this.#attached = source.attach({
        taken: (id) => Math.min(...this.#outputs.map((output) => output.taken(id))),
      });
      for (const id of ids) this.#touch(id);
    });
  }

  /** Whether the lines of a stream go to the master's own stdout or stderr. */
  prints(stream: 'stdout' | 'stderr'): boolean {
    const outputs = this.#config?.outputs ?? [];
    return outputs.some((output) => output.target !== 'file' && (output.stream ?? stream) === stream);
  }

  /** Resolves when everything written so far is out, or refused. */
  close(): Promise<void> {
    return this.#next(() => this.#finish());
  }

  async #finish(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#attached?.dispose();
    this.#attached = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#outputs.length > 0) for (const id of this.#options.source.ids()) this.#dirty.add(id);
    await this.#flush();
    this.#dirty.clear();
    for (const file of this.#files.values()) await file.close();
    this.#files.clear();
    this.#outputs = [];
  }

  #touch(id: string): void {
    this.#dirty.add(id);
    this.#timer ??= setTimeout(() => void this.#next(() => this.#flush()), this.#config?.flushMs ?? 0).unref();
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const ids = [...this.#dirty];
    this.#dirty.clear();
    try {
      const moved = (id: string) => this.#attached?.taken(id);
      for (const id of ids) for (const output of this.#outputs) await output.catchUp(id, moved);
      this.#failing = '';
    } catch (error) {
      this.#fail(error);
      for (const id of ids) this.#dirty.add(id);
      this.#timer ??= setTimeout(() => void this.#next(() => this.#flush()), retryMs).unref();
    }
  }

  #fail(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (why === this.#failing) return;
    this.#failing = why;
    this.#options.failed(`log_collection cannot write: ${why}. The lines are kept, and written when it can.`);
  }

  #outputOf(config: LogOutputConfig): LogOutput {
    const { source, master } = this.#options;
    const origin = { master, host: hostname() };
    const name = shortHash(config);
    return new LogOutput({ config, source, origin, name, sinkFor: (id) => this.#sinkFor(config, id) });
  }

  #sinkFor(config: LogOutputConfig, id: string): OutputFile | OutputStream {
    if (config.target !== 'file') return this.#streams[config.target];
    const { folder, cursors } = this.#options;
    const file = path.resolve(folder, config.folder ?? '', (config.path ?? '').replaceAll('{worker_id}', id));
    const known = this.#files.get(file);
    if (known) return known;
    const opened = new OutputFile({
      path: file,
      rotation: config.rotation,
      cursor: path.join(cursors, `${shortHash(file)}.json`),
      now: () => Date.now(),
    });
    this.#files.set(file, opened);
    return opened;
  }

  #next(work: () => Promise<void>): Promise<void> {
    const result = this.#work.then(work);
    this.#work = result.catch(() => undefined);
    return result;
  }
}

function shortHash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
