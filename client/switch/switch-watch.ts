import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';
import type { MasterLink, WorkerChange } from '../master/master-link.ts';
import { type Measures, measuresOf } from './switch-result.ts';

type Link = Pick<MasterLink, 'ask' | 'onDidChange' | 'worker'>;

/** How a worker does the new way, and how it did the old way. */
export interface SwitchResult {
  readonly worker: WorkerSnapshot;
  readonly before: Measures;
  readonly after: Measures;
}

/** What is told meanwhile. */
export interface SwitchListener {
  /** Of each worker that runs the new way, once its memory is known. */
  switched(result: SwitchResult): void;
  /** The master could not be asked. */
  failed(error: unknown): void;
}

interface Measured {
  readonly worker: WorkerSnapshot;
  readonly measures: Measures;
}

/**
 * Follows the switched workers of a file from before their restart until each runs the new way, or is known not to: then it
 * follows nothing any more. However many they are, the master is asked for all snapshots once before, and once for those that
 * run when it is asked.
 */
export class SwitchWatch {
  readonly #link: Link;
  readonly #listener: SwitchListener;
  /** Those that are not known to run the new way yet, as they were. */
  readonly #pending: Map<string, Measured>;
  /** How those did the old way that run the new way and are to be measured. */
  readonly #running = new Map<string, Measures>();
  readonly #subscription: { dispose(): void };
  #isOrdered = false;
  #isMeasuring = false;

  private constructor(link: Link, listener: SwitchListener, pending: Map<string, Measured>) {
    this.#link = link;
    this.#listener = listener;
    this.#pending = pending;
    this.#subscription = link.onDidChange((changes) => this.#changed(changes));
    this.#end();
  }

  /** Measures how workers do before they are restarted. */
  static async begin(link: Link, ids: readonly string[], listener: SwitchListener): Promise<SwitchWatch> {
    const measured = await measure(link, ids).catch((error: unknown) => {
      listener.failed(error);
      return [];
    });
    return new SwitchWatch(link, listener, new Map(measured.map((one) => [one.worker.id, one])));
  }

  /** The restart is over, whatever came of it: a worker that still is what it was, or stands still, is not waited for. */
  async ordered(): Promise<void> {
    this.#isOrdered = true;
    if (this.#pending.size === 0) return;
    try {
      // What is pushed may still be on its way: the answer is what is.
      const workers = await this.#link.ask((master) => master.snapshots());
      const byId = new Map(workers.map((worker) => [worker.id, worker]));
      for (const [id, { worker }] of [...this.#pending]) {
        const now = byId.get(id);
        if (now?.type === worker.type) this.#pending.delete(id);
        else this.#look(id, now);
      }
    } catch (error) {
      this.#pending.clear();
      this.#listener.failed(error);
    }
    this.#end();
    await this.#measure();
  }

  #changed(changes: readonly WorkerChange[] | undefined): void {
    for (const id of changes?.map(({ after }) => after.id) ?? [...this.#pending.keys()]) {
      this.#look(id, this.#link.worker(id));
    }
    this.#end();
    void this.#measure();
  }

  #look(id: string, now: WorkerSnapshot | undefined): void {
    const before = this.#pending.get(id);
    if (!before || now?.type === before.worker.type) return;
    if (now?.state === 'running') this.#running.set(id, before.measures);
    else if (now && now.state !== 'failed' && !(this.#isOrdered && isAtRest(now.state))) return;
    this.#pending.delete(id);
  }

  #end(): void {
    if (this.#pending.size === 0) this.#subscription.dispose();
  }

  /** Those that come to run meanwhile are measured together, after it. */
  async #measure(): Promise<void> {
    if (this.#isMeasuring) return;
    this.#isMeasuring = true;
    try {
      while (this.#running.size > 0) {
        const running = new Map(this.#running);
        this.#running.clear();
        for (const { worker, measures } of await measure(this.#link, [...running.keys()])) {
          const before = running.get(worker.id);
          if (before) this.#listener.switched({ worker, before, after: measures });
        }
      }
    } catch (error) {
      this.#listener.failed(error);
    } finally {
      this.#isMeasuring = false;
    }
  }
}

/** Workers with their memory as it is now: the master measures when it is asked for snapshots, and keeps what it measured. */
async function measure(link: Link, ids: readonly string[]): Promise<readonly Measured[]> {
  if (ids.length === 0) return [];
  return link.ask(async (master) => {
    const byId = new Map((await master.snapshots()).map((worker) => [worker.id, worker]));
    return Promise.all(
      ids
        .flatMap((id) => byId.get(id) ?? [])
        .map(async (worker) => {
          const latest = (await master.history(worker.id)).at(-1);
          return { worker, measures: measuresOf(worker, latest?.loop ?? null) };
        }),
    );
  });
}
