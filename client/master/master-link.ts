import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Emitter } from './emitter.ts';
import type { Connect, LogLines, MasterConnection } from './master-connection.ts';
import { provenAfterMs, reconnectDelay } from './reconnect-delay.ts';

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
  /** The same by id, since they were last asked for so. */
  #byId: ReadonlyMap<string, WorkerSnapshot> | undefined;
  #connection: Promise<MasterConnection>;
  #environment: string | undefined;
  #losses = 0;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  readonly #changed = new Emitter<void>();
  readonly #connected = new Emitter<void>();
  readonly #lost = new Emitter<void>();
  readonly #logLines = new Emitter<LogLines>();
  /** The state, the environment or any snapshot. */
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

  /** The overlay that the master has laid over the file, as far as this client knows; undefined for none. */
  get environment(): string | undefined {
    return this.#environment;
  }

  /** Told by whoever made the master lay another one. */
  set environment(environment: string | undefined) {
    if (this.#environment === environment) return;
    this.#environment = environment;
    this.#changed.fire();
  }

  worker(id: string): WorkerSnapshot | undefined {
    this.#byId ??= new Map(this.#workers.map((worker) => [worker.id, worker]));
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
    connection.onSnapshots((workers) => this.#take(workers));
    connection.onLogLines((lines) => {
      this.#logLines.fire(lines);
    });
    this.#workers = connection.welcome.workers;
    this.#byId = undefined;
    this.#environment = connection.welcome.environment ?? undefined;
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

  #take(workers: readonly WorkerSnapshot[]): void {
    if (this.#disposed) return;
    this.#workers = workers;
    this.#byId = undefined;
    this.#changed.fire();
  }

  #become(state: LinkState): void {
    this.#state = state;
    this.#changed.fire();
  }
}
