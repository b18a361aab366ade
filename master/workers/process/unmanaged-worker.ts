import type { DiscoveryConfig, StopConfig } from '../../config/worker-config.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError, type RunContext, type StopReport, type Worker } from '../worker.ts';
import { whenGone } from './adopted-exit.ts';
import { refusedSignals } from './allowed-signals.ts';
import { findUnmanaged } from './find-unmanaged.ts';
import { ProcessRun } from './process-run.ts';
import type { StopCommand } from './stop-command.ts';
import { thisMachine, type ProcessEntry, type ProcessTable } from './table/process-table.ts';

export interface UnmanagedWorkerOptions {
  readonly id: string;
  readonly discovery: DiscoveryConfig;
  readonly endpoints: readonly Endpoint[];
  readonly table?: ProcessTable;
  /** How it is asked to end, and with what a command for that is run. */
  readonly stop?: StopConfig;
  readonly command?: Pick<StopCommand, 'workingDirectory' | 'environment'>;
}

/** A process that somebody else starts: found and observed; ended only where `can_terminate` and `allowed_signals` allow it. */
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
  readonly #name: string;
  /** Why a stop leaves it alone; undefined where it may be asked to end. */
  readonly #spared: string | undefined;

  constructor(
    { id, discovery, endpoints, stop, command }: UnmanagedWorkerOptions,
    table: ProcessTable,
    entry: ProcessEntry,
    boot: string,
    context: RunContext,
  ) {
    const refused = refusedSignals(id, discovery.allowedSignals);
    super({
      refused,
      ...(stop ? { stop } : {}),
      ...(command ? { command } : {}),
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
    this.#name = `${entry.name} (pid ${entry.pid})`;
    this.#spared = discovery.canTerminate
      ? stop?.command === undefined
        ? refused(stop?.signal ?? 'SIGTERM')
        : undefined
      : `${id} is only observed, because can_terminate is not set`;
  }

  override stop(graceMs: number): Promise<StopReport> {
    if (this.#spared === undefined) return super.stop(graceMs);
    return Promise.resolve({ forced: false, leftovers: [], spared: `${this.#name} goes on: ${this.#spared}` });
  }

  override saved(): null {
    return null;
  }
}
