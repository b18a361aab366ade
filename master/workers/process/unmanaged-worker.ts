import { setTimeout as wait } from 'node:timers/promises';
import type { DiscoveryConfig, StopConfig } from '../../config/worker-config.ts';
import type { Endpoint } from '../../lifecycle/worker-snapshot.ts';
import { WorkerError, type RunContext, type StopReport, type Worker } from '../worker.ts';
import { whenGone } from './adopted-exit.ts';
import { refusedSignals } from './allowed-signals.ts';
import { findUnmanaged, type Found } from './find-unmanaged.ts';
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

/** Who ends it for a restart gives those who manage it so long to bring it back, in milliseconds. */
const returnsWithinMs = 10_000;

/** A process that somebody else starts: found and observed; ended only where `can_terminate` and `allowed_signals` allow it. */
export function createUnmanagedWorker(options: UnmanagedWorkerOptions): Worker {
  const { id, discovery, table = thisMachine } = options;
  /** It was ended here, and has not been found again since. */
  let mayReturn = false;
  const look = async (signal: AbortSignal): Promise<Found> => {
    const deadline = performance.now() + returnsWithinMs;
    for (let pause = 10; ; pause = Math.min(pause * 2, 250)) {
      const found = await findUnmanaged(discovery, table);
      signal.throwIfAborted();
      if ('entry' in found || !mayReturn || performance.now() > deadline) return found;
      // What somebody else starts tells nobody here.
      await wait(pause, undefined, { signal });
    }
  };
  const ended = () => (mayReturn = true);
  return {
    isolation: 'process',
    prepare: () => Promise.resolve(),
    async start(context) {
      const found = await look(context.signal);
      mayReturn = false;
      if ('entry' in found) {
        const { entry } = found;
        return new UnmanagedRun({ ...options, entry, boot: await table.boot(), context, ended });
      }
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

interface UnmanagedRunParts extends UnmanagedWorkerOptions {
  readonly entry: ProcessEntry;
  readonly boot: string;
  readonly context: RunContext;
  /** Called when a stop has ended it. */
  readonly ended: () => void;
}

class UnmanagedRun extends ProcessRun {
  readonly #name: string;
  /** Why a stop leaves it alone; undefined where it may be asked to end. */
  readonly #spared: string | undefined;
  readonly #ended: () => void;

  constructor({ id, discovery, endpoints, stop, command, table = thisMachine, ...found }: UnmanagedRunParts) {
    const { entry, boot, context } = found;
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
    this.#ended = found.ended;
    this.#name = `${entry.name} (pid ${entry.pid})`;
    this.#spared = discovery.canTerminate
      ? stop?.command === undefined
        ? refused(stop?.signal ?? 'SIGTERM')
        : undefined
      : `${id} is only observed, because can_terminate is not set`;
  }

  override async stop(graceMs: number): Promise<StopReport> {
    if (this.#spared !== undefined) {
      return { forced: false, leftovers: [], spared: `${this.#name} goes on: ${this.#spared}` };
    }
    const report = await super.stop(graceMs);
    if (report.spared === undefined) this.#ended();
    return report;
  }

  override saved(): null {
    return null;
  }
}
