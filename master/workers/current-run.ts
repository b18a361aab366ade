import type { Measurement } from '../histories.ts';
import { adjustLimits } from '../config/adjust-limits.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import type { LimitsConfig } from '../config/worker-config.ts';
import type { Ending } from '../lifecycle/restart-policy.ts';
import type { Health, LastRun, LimitInForce, Resources, WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import type { Violation } from './check-limits.ts';
import type { ConfiguredWorker } from './configured-worker.ts';
import type { ControllerEnvironment, OpenOutput } from './controller-environment.ts';
import type { AwaitDebugger, Debugging } from './debugging.ts';
import type { HeldClocks } from './held-clocks.ts';
import { OutputHold } from './output-hold.ts';
import { endFailure, endingOf, explainError, lastRunOf, startTimeout } from './run-end.ts';
import type { RunCounts } from './run-counts.ts';
import { StartLimit } from './start-limit.ts';
import { watchLimits } from './watch-limits.ts';
import { WorkerError, type Run, type SavedRun, type StopReport } from './worker.ts';

interface CurrentRunParts {
  readonly id: string;
  readonly env: ControllerEnvironment;
  readonly configured: ConfiguredWorker;
  readonly counts: RunCounts;
  readonly debugging: Debugging;
  readonly clocks: HeldClocks;
}

interface StartRequest {
  /** The run of a former master, to be taken over if it lives. */
  readonly saved?: SavedRun | undefined;
  readonly awaitDebugger?: AwaitDebugger | undefined;
  /** A former run of the worker goes on meanwhile. */
  readonly beside?: boolean | undefined;
  /** Why the start is cancelled before it begins. */
  readonly cancelled?: WorkerError | undefined;
  /** Called in the moment in which the run may be called running. */
  readonly ready: (run: Run) => void;
}

/** Why a start came to nothing; `ending` where the run ended by itself. */
export interface StartFailure {
  readonly failure: WorkerFailure;
  readonly ending?: Ending | undefined;
}

interface RunWatcher {
  /** What is told of a run that is not running any more counts for nothing. */
  readonly isRunning: () => boolean;
  readonly health: (health: Health, why: string) => void;
  /** Whether something is done about it. */
  readonly violation: (violation: Violation) => boolean;
}

/** The run in progress and all that belongs to it, from the begin of its start until nothing of it is left. */
export class CurrentRun {
  readonly #parts: CurrentRunParts;
  #run: Run | undefined;
  /** Which module host the run is started in that is not there yet. */
  #startsIn: number | undefined;
  #output: OpenOutput | undefined;
  /** Ends with the run: everything that belongs to it takes this signal. */
  #scope: AbortController | undefined;
  #resources: Resources | null = null;
  #health: Health = 'unknown';
  #healthReason: string | null = null;
  /** When the start of a run began that no former master has started. */
  #began: number | undefined;
  #runningSince = 0;
  #readyInMs: number | null = null;
  #last: LastRun | null = null;
  #outputHold: OutputHold | undefined;
  #violations: readonly Violation[] = [];
  /** How often its limits were raised since it was configured as it is. */
  #raised = { by: 0, of: undefined as ResolvedWorker | undefined };

  constructor(parts: CurrentRunParts) {
    this.#parts = parts;
  }

  get run(): Run | undefined {
    return this.#run;
  }

  /** Which module host it shares with others, from the moment on in which its start begins there. */
  get host(): number | undefined {
    return this.#run?.host ?? this.#startsIn;
  }

  get resources(): Resources | null {
    return this.#resources;
  }

  get health(): Health {
    return this.#health;
  }

  /** Why it is not well, as a sentence without its full stop; null where it is, or nobody knows. */
  get healthReason(): string | null {
    return this.#healthReason;
  }

  /** Held together with the worker that a debugger holds in the thread that they share. */
  standWith(isHeld: boolean): void {
    const { clocks } = this.#parts;
    if (isHeld) clocks.hold(this);
    else clocks.release(this);
  }

  get last(): LastRun | null {
    return this.#last;
  }

  /** How long it took until it was ready, in milliseconds; null where that was not its own doing, or it is not. */
  get readyInMs(): number | null {
    return this.#readyInMs;
  }

  /** How long it has been running, in milliseconds. */
  get ranForMs(): number {
    return this.#parts.env.clock.elapsed() - this.#runningSince;
  }

  /** One attempt; undefined when it is running. Whatever it leaves otherwise waits for `clear`. */
  async start({ saved, awaitDebugger, beside, cancelled, ready }: StartRequest): Promise<StartFailure | undefined> {
    const { id, env, configured, debugging, clocks } = this.#parts;
    const resolved = configured.run;
    const scope = new AbortController();
    this.#scope = scope;
    if (cancelled) scope.abort(cancelled);
    if (!saved) {
      try {
        await env.untilDependencies?.(resolved, scope.signal);
      } catch (error) {
        return { failure: explainError(id, error) };
      }
    }
    const limit = new StartLimit(env.clock, resolved.config.startTimeoutMs, () => scope.abort(startTimeout(resolved)));
    clocks.watch(limit);
    let ending: Ending | undefined;
    try {
      const run = await this.#open(scope.signal, { saved, awaitDebugger, beside });
      // Started for a debugger that has let go meanwhile: nobody will close it but us.
      if (awaitDebugger && !debugging.isOn) await run.closeInspector();
      // Readiness tells better than the limit what was waited for, so it keeps the time itself; held by a debugger,
      // the limit does, for it can stand still.
      const left = awaitDebugger ? Number.POSITIVE_INFINITY : limit.leftMs;
      if (!awaitDebugger) limit.end();
      const ended = run.over.then((end) => {
        ending = endingOf(end);
        throw new WorkerError(endFailure(id, end));
      });
      await Promise.race([env.untilReady(run, resolved, left, scope.signal), ended]);
      scope.signal.throwIfAborted();
      limit.end();
      this.#runningSince = env.clock.elapsed();
      if (this.#began !== undefined && !awaitDebugger) {
        this.#readyInMs = this.#runningSince - this.#began;
      }
      ready(run);
      return undefined;
    } catch (error) {
      limit.end();
      const failure = explainError(id, scope.signal.aborted ? scope.signal.reason : error);
      scope.abort(error);
      return { failure, ending };
    }
  }

  cancelStart(why: WorkerError): void {
    this.#scope?.abort(why);
  }

  /** Watches limits and health until the run is over. */
  watch(run: Run, told: RunWatcher): void {
    const { id, env, configured, debugging, clocks } = this.#parts;
    const resolved = configured.run;
    const signal = this.#scope?.signal ?? AbortSignal.abort();
    const counts = () => run === this.#run && told.isRunning();
    const limits = this.#limitsOf(configured.inForce);
    if (limits) {
      void watchLimits({
        run,
        limits,
        clock: env.clock,
        signal,
        isHeld: () => clocks.isHeld,
        exceeded: (violation) => counts() && told.violation(violation),
        near: ({ what }) => this.note(`${id} ${what}: it is near.`),
        changed: (violations) => {
          this.#violations = violations;
          env.changed();
        },
      });
    }
    const watch = env.watchHealth(run, resolved, signal, (health, why) => {
      if (!counts()) return;
      const isWell = health === 'healthy' || health === 'unknown';
      const reason = isWell ? null : why;
      if (health !== this.#health || reason !== this.#healthReason) {
        this.#health = health;
        this.#healthReason = reason;
        env.changed();
      }
      told.health(health, why);
    });
    if (watch) clocks.watch(watch);
    this.#outputHold = new OutputHold({
      run,
      isWanted: () => env.outputWaits?.(id) === true && !debugging.isOn,
      clocks,
      changed: () => env.changed(),
    });
    this.followOutput();
  }

  /** Holds the run while its output waits. */
  followOutput(): void {
    this.#outputHold?.follow().catch((error: unknown) => this.note(explainError(this.#parts.id, error).message));
  }

  /** Its output waits for those who read it, and it for its output. */
  get isHeld(): boolean {
    return this.#outputHold?.isOn === true;
  }

  /** The limits it is held to now. */
  get limits(): readonly LimitInForce[] {
    const states = new Map(
      this.#violations.map(({ resource, severity }) => [resource, severity === 'critical' ? 'over' : 'near'] as const),
    );
    return (this.#run?.limits?.() ?? []).map((limit) => ({ ...limit, state: states.get(limit.resource) ?? 'within' }));
  }

  /** From its next run on it has higher limits. */
  raiseLimits(): void {
    const { inForce } = this.#parts.configured;
    this.#raised = { by: this.#raised.of === inForce ? this.#raised.by + 1 : 1, of: inForce };
  }

  async throttle(): Promise<void> {
    const how = await this.#run?.throttle?.();
    if (how !== undefined) this.note(`${this.#parts.id} is slowed down: ${how}.`);
  }

  /** Measures what it uses now. */
  async measure(): Promise<Measurement | undefined> {
    const { env } = this.#parts;
    const run = this.#run;
    if (!run) return undefined;
    const [resources, loop] = run.loop
      ? await Promise.all([run.resources(), run.loop()])
      : [await run.resources(), null];
    if (run !== this.#run) return undefined;
    // A hundred workers that idle are no news every few seconds.
    if (!isSame(this.#resources, resources)) {
      this.#resources = resources;
      env.changed();
    }
    return { resources, loop, health: this.health };
  }

  /** Writes a line of the master's own into its log. */
  note(line: string): void {
    this.#output?.write('stderr', `${line}\n`);
  }

  /**
   * Ends whatever is left of the run, and tells in its log what had to be closed for it; resolves to what goes on
   * because it may not be ended. Rejects when something cannot be ended; the run is kept for another attempt.
   */
  async clear(graceMs: number): Promise<string | undefined> {
    const { id, env, counts, debugging, clocks } = this.#parts;
    const run = this.#run;
    let report: StopReport | undefined;
    if (run) {
      await this.#outputHold?.end();
      await debugging.end(run).catch(() => undefined);
      report = await run.stop(graceMs);
      const spared = report.spared === undefined ? [] : [report.spared];
      for (const sentence of [...report.leftovers, ...spared]) this.note(sentence.replace(/(?<!\.)$/, '.'));
    }
    this.#scope?.abort(new WorkerError({ code: 'exited', message: `The run of ${id} is over.` }));
    this.#run = undefined;
    this.#startsIn = undefined;
    this.#resources = null;
    this.#health = 'unknown';
    this.#healthReason = null;
    this.#began = undefined;
    this.#readyInMs = null;
    this.#violations = [];
    this.#outputHold = undefined;
    debugging.reset();
    clocks.reset();
    await this.#output?.close();
    this.#output = undefined;
    counts.settle();
    // Where its state stays as it is, a later master must know all the same that there is no run.
    env.changed();
    return report?.spared;
  }

  async #open(
    signal: AbortSignal,
    { saved, awaitDebugger, beside }: Omit<StartRequest, 'ready' | 'cancelled'>,
  ): Promise<Run> {
    const { env, id, counts, configured } = this.#parts;
    const { worker } = configured;
    const limits = this.#limitsOf(configured.inForce);
    const context = {
      signal,
      changed: () => env.changed(),
      placed: (host: number) => {
        this.#startsIn = host;
        env.changed();
      },
      ...(awaitDebugger ? { awaitDebugger } : {}),
      ...(limits ? { limits } : {}),
      ...(beside ? { beside } : {}),
    };
    if (saved) {
      const output = await env.openOutput(id, saved.number, saved);
      this.#output = output;
      const adopted = await worker.adopt(saved, { ...context, number: saved.number, output });
      counts.settle();
      if (adopted) {
        counts.adopted(saved.number);
        return this.#keep(adopted);
      }
      await output.close();
    }
    this.#began = env.clock.elapsed();
    await worker.prepare();
    signal.throwIfAborted();
    counts.settle();
    const number = counts.begin();
    env.begins?.();
    const output = await env.openOutput(id, number);
    this.#output = output;
    return this.#keep(await worker.start({ ...context, number, output }));
  }

  #limitsOf(inForce: ResolvedWorker): LimitsConfig | undefined {
    const { limits } = inForce.config;
    return limits && adjustLimits(limits, this.#raised.of === inForce ? this.#raised.by : 0);
  }

  #keep(run: Run): Run {
    const { env } = this.#parts;
    this.#run = run;
    this.#startsIn = undefined;
    void run.over.then((end) => {
      this.#last = lastRunOf(run, end, env.clock.now());
      env.changed();
    });
    env.changed();
    return run;
  }
}

function isSame(one: Resources | null, other: Resources | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.cpu_percent === other.cpu_percent && one.rss_bytes === other.rss_bytes && one.heap_bytes === other.heap_bytes
  );
}
