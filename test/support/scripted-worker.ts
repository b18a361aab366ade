import type { ResolvedWorker } from '../../master/config/deployment.ts';
import type { WorkerConfig } from '../../master/config/worker-config.ts';
import type { FailureCode, Resources } from '../../master/lifecycle/worker-snapshot.ts';
import {
  WorkerError,
  type Run,
  type RunContext,
  type RunEnd,
  type SavedRun,
  type StopReport,
  type Worker,
} from '../../master/workers/worker.ts';

/** A worker without a process or thread: a test says what happens to it. */
export class ScriptedWorker implements Worker {
  readonly isolation = 'process' as const;
  readonly canBeHeld = true;
  readonly resolved: ResolvedWorker;
  readonly runs: ScriptedRun[] = [];
  /** What the newest start was given. */
  given: RunContext | undefined;
  disposed = false;
  /** Rejects the next `prepare` or `start`. */
  failPrepare: Error | undefined;
  failStart: Error | undefined;
  adoptable: SavedRun | undefined;
  /** Starts wait for this. */
  startGate: Promise<void> = Promise.resolve();

  constructor(resolved: ResolvedWorker) {
    this.resolved = resolved;
  }

  get run(): ScriptedRun {
    const run = this.runs.at(-1);
    if (!run) throw new Error('The worker has not been started.');
    return run;
  }

  prepare(): Promise<void> {
    return this.failPrepare ? Promise.reject(this.failPrepare) : Promise.resolve();
  }

  async start(context: RunContext): Promise<Run> {
    this.given = context;
    context.awaitDebugger?.('ws://127.0.0.1:1/held');
    await Promise.race([
      this.startGate,
      new Promise((_, reject) => {
        context.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
      }),
    ]);
    if (this.failStart) throw this.failStart;
    const run = new ScriptedRun(1000 + context.number, context.number);
    this.runs.push(run);
    return run;
  }

  adopt(saved: SavedRun): Promise<Run | undefined> {
    if (saved.pid !== this.adoptable?.pid) return Promise.resolve(undefined);
    const run = new ScriptedRun(saved.pid, saved.number);
    this.runs.push(run);
    return Promise.resolve(run);
  }

  dispose(): Promise<void> {
    this.disposed = true;
    return Promise.resolve();
  }
}

export class ScriptedRun implements Run {
  readonly pid: number;
  readonly hostPid: number;
  readonly number: number;
  readonly startedAt = '2026-01-01T00:00:00.000Z';
  readonly fate = { scope: 'itself', with: [] } as const;
  readonly debugging = false;
  readonly over: Promise<RunEnd>;
  stops = 0;
  /** What it was told about running, in order. */
  readonly told: string[] = [];
  inspectorsClosed = 0;
  /** Stops wait for this. */
  stopGate: Promise<void> = Promise.resolve();
  failStop: Error | undefined;
  #end: (end: RunEnd) => void = () => undefined;

  constructor(pid: number, number: number) {
    this.pid = pid;
    this.hostPid = pid;
    this.number = number;
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  /** The worker ends by itself. */
  exit(code: number): void {
    this.#end({ how: 'exit', code, signal: null });
  }

  endpoints() {
    return [];
  }

  discover(): Promise<void> {
    return Promise.resolve();
  }

  healthy(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  /** What it was given to end by itself. */
  graceMs: number | undefined;
  /** What it uses. */
  uses: Resources | null = null;

  resources(): Promise<Resources | null> {
    return Promise.resolve(this.uses);
  }

  hold(): Promise<void> {
    this.told.push('hold');
    return Promise.resolve();
  }

  throttle(): Promise<string> {
    this.told.push('throttle');
    return Promise.resolve('it has the lowest priority');
  }

  goOn(): Promise<void> {
    this.told.push('go on');
    return Promise.resolve();
  }

  /** What its stop reports. */
  report: StopReport = { forced: false, leftovers: [] };

  async stop(graceMs: number): Promise<StopReport> {
    this.stops += 1;
    this.told.push('stop');
    this.graceMs = graceMs;
    await this.stopGate;
    if (this.failStop) throw this.failStop;
    this.#end({ how: 'exit', code: null, signal: 'SIGTERM' });
    return this.report;
  }

  saved(): SavedRun {
    return {
      number: this.number,
      pid: this.pid,
      processStart: '1',
      boot: 'b',
      startedAt: this.startedAt,
      stdoutFile: '',
      stderrFile: '',
    };
  }

  openInspector(): Promise<string> {
    return Promise.resolve('ws://127.0.0.1:1/x');
  }

  closeInspector(): Promise<void> {
    this.inspectorsClosed += 1;
    return Promise.resolve();
  }
}

/** A worker's meaning with everything at its default but what `changes` says. */
export function resolvedWorker(changes: Partial<WorkerConfig> = {}, executable = '/bin/worker'): ResolvedWorker {
  return {
    config: {
      id: 'w',
      type: 'process',
      management: 'managed',
      enabled: true,
      run: 'service',
      endpoints: [],
      dependsOn: [],
      restart: { policy: 'never', maxRetries: 3, retryDelayMs: 1000, backoffRate: 2 },
      startTimeoutMs: 30_000,
      gracefulTimeoutMs: 20_000,
      profile: 'default',
      ...changes,
    },
    deployment: { kind: 'process', executable, args: [], workingDirectory: '/', environment: {} },
  };
}

export function workerError(code: FailureCode, message: string): WorkerError {
  return new WorkerError({ code, message });
}
