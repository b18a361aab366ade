import { withProcess, type DebuggerConfiguration } from '../config/debugger-configuration.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import type { WorkerState } from '../lifecycle/worker-state.ts';
import type { DebugTarget, Outcome } from '../protocol.ts';
import { inspectorTarget, type AwaitDebugger, type Debugging } from './debugging.ts';
import { WorkerError, type Run } from './worker.ts';

/** A worker as a debugger sees it. */
interface Debuggee {
  readonly id: string;
  readonly state: WorkerState;
  readonly run: Run | undefined;
  /** It stands still until its output was read. */
  readonly isHeld: boolean;
  /** The configuration that runs, or ran last. */
  readonly inForce: ResolvedWorker;
  /** The configuration in force after the next start. */
  readonly resolved: ResolvedWorker;
  stop(): Promise<Outcome>;
  restart(): Promise<Outcome>;
}

/** Lets debuggers at a worker: at the run in progress, or at a fresh one that waits for them. */
export class DebugAccess {
  readonly #worker: Debuggee;
  readonly #debugging: () => Debugging;
  readonly #startHeld: (held: AwaitDebugger) => Promise<Outcome>;

  /** `startHeld` starts the worker, which is stopped then, and holds it before its first line. */
  constructor(worker: Debuggee, debugging: () => Debugging, startHeld: (held: AwaitDebugger) => Promise<Outcome>) {
    this.#worker = worker;
    this.#debugging = debugging;
    this.#startHeld = startHeld;
  }

  /** With `fromStart` the worker is started anew and held before its first line until the debugger attaches. */
  async debug({ fromStart }: { readonly fromStart: boolean }): Promise<DebugTarget> {
    const { debugger: other, deployment } = this.#worker.resolved;
    if (other && deployment.kind === 'process') return this.#debugByOther(other, fromStart);
    const address = fromStart ? await this.#hold() : await this.#debugging().attach(this.#runToDebug());
    return inspectorTarget(address, this.#worker.inForce, this.#worker.run);
  }

  /** Opens the inspector for as long as `work` needs it, unless it is open anyway. */
  async inspect(work: (websocketAddress: string) => Promise<void>): Promise<void> {
    const wasOn = this.#debugging().isOn;
    const address = await this.#debugging().attach(this.#runToDebug());
    try {
      await work(address);
    } finally {
      if (!wasOn) await this.end();
    }
  }

  end(): Promise<void> {
    return this.#debugging().end(this.#worker.run);
  }

  /** No debugger but Node's own can be waited for: started anew, the worker runs until it is attached. */
  async #debugByOther(configuration: DebuggerConfiguration, fromStart: boolean): Promise<DebugTarget> {
    if (fromStart) {
      const { ok, message } = await this.#worker.restart();
      if (!ok) throw new Error(message);
    }
    const run = this.#runToDebug();
    const { pid } = run;
    const filled = withProcess(configuration, { id: this.#worker.id, pid, port: run.saved()?.port });
    this.#debugging().attachOther();
    return { kind: 'process', pid, configuration: filled };
  }

  async #hold(): Promise<string> {
    const stopped = await this.#worker.stop();
    if (!stopped.ok) throw new Error(stopped.message);
    return this.#debugging().holdStart(this.#startHeld);
  }

  #runToDebug(): Run {
    const { id, state, run, isHeld } = this.#worker;
    if (run && !isHeld && (state === 'running' || state === 'starting')) return run;
    const message = isHeld
      ? `${id} is held: its output waits to be read. Let its readers catch up, then debug it.`
      : `${id} is ${state}, not running: start it, then debug it.`;
    throw new WorkerError({ code: 'internal', message });
  }
}
