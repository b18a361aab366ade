import { Worker, type MessagePort } from 'node:worker_threads';
import type { Peer } from '../../calls/peer.ts';
import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import { within } from '../../within.ts';
import type { LoadedModule } from './loaded-module.ts';
import { headRoomBytes, mostHeapBytes } from './thread-limits.ts';
import { threadTraffic } from './thread-traffic.ts';
import type { HostAnswers, HostMessage, HostRequest } from './host-protocol.ts';

/**
 * How long heap snapshots that a thread takes may hold up its end, in ms. A busy machine takes its time for them; that of a
 * thread in native code never comes.
 */
const snapshotsMs = 60_000;

export interface ThreadOptions {
  readonly file: string;
  readonly name: string;
  readonly argv?: readonly string[];
  readonly execArgv: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly data: unknown;
  /** What a watch keeps it to. */
  readonly limitBytes?: number;
  /** The port the thread answers on, where it is not the thread's own. */
  readonly port?: MessagePort;
  readonly transfer?: readonly MessagePort[];
  /** The thread as the place of calls that it is. */
  readonly calls?: Peer;
}

/** How a thread ended: the error is what it died of, where it did. */
export interface ThreadEnd {
  readonly code: number;
  readonly error: unknown;
}

/** What the master hears of a run, not of an answer or of the thread. */
export type RunMessage = Exclude<HostMessage, { readonly kind: 'answer' | 'refusal' | 'native-call' | 'snapshots' }>;

/** A run that lives in a thread, as the thread's keeper sees it. */
export interface HostedRun {
  readonly id: string;
  /** The module's own, as its stacks name it. */
  readonly file: string;
  readonly folder: string;
  readonly starting: boolean;
  readonly debugging: boolean;
  readonly loaded: LoadedModule | undefined;
  heard(message: RunMessage): void;
  /** The run is over by something that it cannot tell itself. */
  fail(failure: WorkerFailure): void;
  /** Something its author should know, as a line of its log. */
  warn(text: string): void;
}

/** A worker thread and the requests on their way to it. It never keeps the master alive. */
export class HostThread {
  readonly ended: Promise<ThreadEnd>;
  readonly calls: Peer | undefined;
  readonly #worker: Worker;
  readonly #port: Worker | MessagePort;
  readonly #pending = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  readonly #members = new Map<number, HostedRun>();
  #calls = 0;
  #isUp = false;
  #nativeCall: { readonly run: number; readonly name: string } | undefined;
  #alive = true;
  /** Those that the thread takes of others within it: resolves when they are read. */
  #snapshots: Promise<void> | undefined;
  #snapshotsRead: () => void = () => undefined;

  constructor(options: ThreadOptions) {
    this.calls = options.calls;
    this.#worker = new Worker(options.file, {
      name: options.name,
      argv: [...(options.argv ?? [])],
      execArgv: [...options.execArgv],
      env: { ...options.environment },
      workerData: options.data,
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: Math.ceil((mostHeapBytes(options.limitBytes) + headRoomBytes) / 1024 ** 2),
      },
      ...(options.transfer ? { transferList: [...options.transfer] } : {}),
    });
    this.#port = options.port ?? this.#worker;
    this.#port.on('message', (message: HostMessage) => {
      this.#hear(message);
    });
    let failure: unknown;
    this.#worker.on('error', (error) => {
      failure = error;
    });
    this.ended = new Promise((resolve) => {
      this.#worker.once('exit', (code) => {
        this.#alive = false;
        resolve({ code, error: failure });
        for (const { reject } of this.#pending.values()) reject(new Error('The thread has ended.'));
        this.#pending.clear();
      });
    });
    threadTraffic.moves(Promise.race([new Promise((resolve) => this.#worker.once('online', resolve)), this.ended]));
    this.#worker.unref();
    options.port?.unref();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** It has answered once: before that it is on its way up and runs nobody's code. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** The number of the newest request. */
  get asked(): number {
    return this.#calls;
  }

  /** The native function that blocks the loop now, and whose run it is in. */
  get nativeCall(): { readonly member: HostedRun; readonly name: string } | undefined {
    const member = this.#nativeCall && this.#members.get(this.#nativeCall.run);
    return this.#nativeCall && member && { member, name: this.#nativeCall.name };
  }

  /** Rejects when the thread refuses or ends first. */
  call<Kind extends HostRequest['kind']>(
    request: Extract<HostRequest, { readonly kind: Kind }>,
  ): Promise<HostAnswers[Kind]> {
    if (!this.#alive) return Promise.reject(new Error('The thread has ended.'));
    const number = ++this.#calls;
    return new Promise((resolve, reject) => {
      // The answer to a request is of the request's kind: the thread's table of handlers is typed so.
      this.#pending.set(number, { resolve: resolve, reject });
      this.#port.postMessage({ number, request });
    });
  }

  /** The runs that live in this thread now, by number. */
  get members(): ReadonlyMap<number, HostedRun> {
    return this.#members;
  }

  /** Returns the way out. */
  join(number: number, run: HostedRun): () => void {
    this.#members.set(number, run);
    return () => {
      this.#members.delete(number);
    };
  }

  /** Passes on what the thread prints; resolves when the thread has ended and all of it is read. */
  async readOutput(write: (stream: 'stdout' | 'stderr', text: string) => void): Promise<void> {
    const read = async (stream: 'stdout' | 'stderr') => {
      for await (const text of this.#worker[stream].setEncoding('utf8')) write(stream, String(text));
    };
    await Promise.allSettled([read('stdout'), read('stderr')]);
  }

  /** Resolves when it takes no heap snapshot of another thread, or for too long: Node crashes of one that ends meanwhile. */
  async snapshotsRead(): Promise<void> {
    if (this.#snapshots) await within(snapshotsMs, Promise.race([this.#snapshots, this.ended]));
  }

  /** Resolves to false when the thread is still there after `ms`: native code holds it. */
  async terminate(ms: number): Promise<boolean> {
    await this.snapshotsRead();
    if (this.#alive) await threadTraffic.clear();
    threadTraffic.moves(this.ended);
    void this.#worker.terminate();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => {
        resolve(false);
      }, ms);
    });
    const done = await Promise.race([this.ended.then(() => true), late]);
    clearTimeout(timer);
    return done;
  }

  /** Node's own per-thread measures, where this Node has them. */
  get measures(): Worker {
    return this.#worker;
  }

  #hear(message: HostMessage): void {
    switch (message.kind) {
      case 'answer':
        this.#isUp = true;
        this.#pending.get(message.number)?.resolve(message.value);
        this.#pending.delete(message.number);
        return;
      case 'refusal':
        this.#pending.get(message.number)?.reject(new Error(message.message));
        this.#pending.delete(message.number);
        return;
      case 'native-call':
        this.#nativeCall = message.name === null ? undefined : { run: message.run, name: message.name };
        return;
      case 'snapshots':
        if (message.areUnderWay) {
          this.#snapshots = new Promise((resolve) => (this.#snapshotsRead = resolve));
        } else {
          this.#snapshotsRead();
          this.#snapshots = undefined;
        }
        return;
      case 'host-fault':
        for (const member of this.#members.values()) member.heard(message);
        return;
      default:
        this.#members.get(message.run)?.heard(message);
    }
  }
}
