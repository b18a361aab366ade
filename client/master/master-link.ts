import { StateTally, type StateCounts } from '../../master/lifecycle/state-counts.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { SnapshotNews } from '../../master/lifecycle/snapshot-list.ts';
import { Emitter } from './emitter.ts';
import type { Connect, LogLines, MasterConnection } from './master-connection.ts';
import { provenAfterMs, reconnectDelay } from './reconnect-delay.ts';

/** A worker that was there before. */
export interface WorkerChange {
  readonly before: WorkerSnapshot;
  readonly after: WorkerSnapshot;
}

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'restarting' }
  /** `reason` is one sentence. */
  | { readonly kind: 'given-up'; readonly reason: string };

/**
 * The lasting bond with the master of one workers file: starts it, starts it again when it dies, and holds its newest
 * snapshots. While a master is away the last snapshots stay, so that nothing flickers.
 */
export class MasterLink {
  readonly file: string;
  readonly #connect: Connect;
  #state: LinkState = { kind: 'connecting' };
  #workers: readonly WorkerSnapshot[] = [];
  /** The same by id. */
  #byId = new Map<string, WorkerSnapshot>();
  #counts = new StateTally();
  #connection: Promise<MasterConnection>;
  #environment: string | undefined;
  #follows: string | undefined;
  #isolated = false;
  #losses = 0;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly #changed = new Emitter<readonly WorkerChange[] | undefined>();
  readonly #connected = new Emitter<void>();
  readonly #lost = new Emitter<void>();
  readonly #logLines = new Emitter<LogLines>();
  /** Snapshots; or undefined where workers came, went or moved, or the state or the environment is another one. */
  readonly onDidChange = this.#changed.event;
  /** Every time, also after a loss: what was asked of the former master is to be asked again. */
  readonly onDidConnect = this.#connected.event;
  /** A master that had answered is gone. */
  readonly onDidLose = this.#lost.event;
  readonly onLogLines = this.#logLines.event;

  constructor(file: string, connect: Connect) {
    this.file = file;
    this.#connect = connect;
    this.#connection = this.#open();
  }

  get state(): LinkState {
    return this.#state;
  }

  get workers(): readonly WorkerSnapshot[] {
    return this.#workers;
  }

  /** The version of an older master that has left for the one that was connected last. */
  get follows(): string | undefined {
    return this.#follows;
  }

  /** The overlay that the master has laid over the file, as far as this client knows; undefined for none. */
  get environment(): string | undefined {
    return this.#environment;
  }

  /** Told by whoever made the master lay another one. */
  set environment(environment: string | undefined) {
    if (this.#environment === environment) return;
    this.#environment = environment;
    this.#changed.fire(undefined);
  }

  /** Of the workers. */
  get counts(): StateCounts {
    return this.#counts;
  }

  /** Whether the master gives each worker a free port of its own, as far as this client knows. */
  get isolated(): boolean {
    return this.#isolated;
  }

  /** Told by whoever made the master read the file another way. */
  set isolated(isolated: boolean) {
    this.#isolated = isolated;
  }

  worker(id: string): WorkerSnapshot | undefined {
    return this.#byId.get(id);
  }

  /** Asks the master, waiting for one that is being started. */
  async ask<R>(question: (master: MasterConnection) => Promise<R>): Promise<R> {
    if (this.#state.kind === 'given-up') this.retry();
    return question(await this.#connection);
  }

  /** Tries again after giving up. */
  retry(): void {
    if (this.#state.kind !== 'given-up') return;
    this.#losses = 0;
    this.#connection = this.#open();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#connection.then(
      (connection) => connection.dispose(),
      () => undefined,
    );
    for (const emitter of [this.#changed, this.#connected, this.#lost, this.#logLines]) emitter.dispose();
  }

  #open(): Promise<MasterConnection> {
    if (this.#state.kind !== 'restarting') this.#become({ kind: 'connecting' });
    const opening = this.#connect(this.file).then((connection) => {
      this.#adopt(connection);
      return connection;
    });
    opening.catch((error: unknown) => this.#again(error instanceof Error ? error.message : String(error)));
    return opening;
  }

  #adopt(connection: MasterConnection): void {
    if (this.#disposed) return connection.dispose();
    const since = Date.now();
    connection.onClosed(() => {
      if (this.#disposed) return;
      if (Date.now() - since > provenAfterMs) this.#losses = 0;
      this.#lost.fire();
      this.#again('It ended by itself.');
    });
    connection.onSnapshots((workers, news) => this.#take(workers, news));
    connection.onLogLines((lines) => {
      this.#logLines.fire(lines);
    });
    this.#replace(connection.workers);
    this.#environment = connection.welcome.environment ?? undefined;
    this.#follows = connection.follows;
    this.#isolated = connection.welcome.isolated;
    this.#become({ kind: 'connected' });
    this.#connected.fire();
  }

  #again(reason: string): void {
    if (this.#disposed) return;
    this.#losses += 1;
    const delay = reconnectDelay(this.#losses);
    if (delay === undefined) {
      this.#become({ kind: 'given-up', reason });
      return;
    }
    this.#connection = new Promise((resolve, reject) => {
      this.#timer = setTimeout(() => {
        this.#open().then(resolve, reject);
      }, delay);
    });
    // Whoever asks meanwhile awaits this promise; when nobody does, its failure is still not "unhandled".
    this.#connection.catch(() => undefined);
    this.#become({ kind: 'restarting' });
  }

  #take(workers: readonly WorkerSnapshot[], { changed, moved }: SnapshotNews): void {
    if (this.#disposed) return;
    if (moved || changed.some(({ id }) => !this.#byId.has(id))) {
      this.#replace(workers);
      this.#changed.fire(undefined);
      return;
    }
    this.#workers = workers;
    const changes = changed.flatMap((after) => {
      const before = this.#byId.get(after.id);
      this.#byId.set(after.id, after);
      if (!before) return [];
      this.#counts.add(before, -1);
      this.#counts.add(after);
      return [{ before, after }];
    });
    if (changes.length > 0) this.#changed.fire(changes);
  }

  #replace(workers: readonly WorkerSnapshot[]): void {
    this.#workers = workers;
    this.#byId = new Map(workers.map((worker) => [worker.id, worker]));
    this.#counts = new StateTally(workers);
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#changed.fire(undefined);
  }
}
