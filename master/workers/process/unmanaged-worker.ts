import type { DiscoveryConfig } from '../../config/worker-config.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError, type RunContext, type StopReport, type Worker } from '../worker.ts';
import { whenGone } from './adopted-exit.ts';
import { findUnmanaged } from './find-unmanaged.ts';
import { ProcessRun } from './process-run.ts';
import { thisMachine, type ProcessEntry, type ProcessTable } from './table/process-table.ts';

export interface UnmanagedWorkerOptions {
  readonly id: string;
  readonly discovery: DiscoveryConfig;
  readonly endpoints: readonly Endpoint[];
  readonly table?: ProcessTable;
}

/** A process that somebody else starts: found and observed; ended only where `can_terminate` allows it. */
export function createUnmanagedWorker(options: UnmanagedWorkerOptions): Worker {
  const { id, discovery, table = thisMachine } = options;
  return {
    isolation: 'process',
    prepare: () => Promise.resolve(),
    async start(context) {
      const found = await findUnmanaged(discovery, table);
      context.signal.throwIfAborted();
      if ('entry' in found) return new UnmanagedRun(options, table, found.entry, await table.boot(), context);
      throw new WorkerError({
        code: 'not-ready',
        message: `${id} is not running: ${found.missing}. Start it where it is managed, or correct "discovery".`,
      });
    },
    // A later master finds it the way this one did.
    adopt: () => Promise.resolve(undefined),
    dispose: () => Promise.resolve(),
  };
}

class UnmanagedRun extends ProcessRun {
  readonly #id: string;
  readonly #name: string;
  readonly #mayEnd: boolean;

  constructor(
    { id, discovery, endpoints }: UnmanagedWorkerOptions,
    table: ProcessTable,
    entry: ProcessEntry,
    boot: string,
    context: RunContext,
  ) {
    super({
      id,
      table,
      endpoints,
      // Nothing carries our marks: the tree is what descends from the process.
      markers: [],
      leader: {
        pid: entry.pid,
        start: entry.start,
        startOrder: entry.startOrder,
        boot,
        startedAt: new Date().toISOString(),
        exit: whenGone(table, entry.pid, entry.start).then(() => ({ code: null, signal: null })),
      },
      context,
      scope: 'process',
    });
    this.#id = id;
    this.#name = `${entry.name} (pid ${entry.pid})`;
    this.#mayEnd = discovery.canTerminate;
  }

  override stop(graceMs: number): Promise<StopReport> {
    if (this.#mayEnd) return super.stop(graceMs);
    const sentence = `${this.#name} goes on: ${this.#id} is only observed, because can_terminate is not set`;
    return Promise.resolve({ forced: false, leftovers: [sentence] });
  }

  override saved(): null {
    return null;
  }
}
