import type { MasterSettings, ResolvedWorker, WorkersFile } from './config/deployment.ts';
import { SnapshotList } from './lifecycle/snapshot-list.ts';
import type { ToldSnapshot } from './lifecycle/told-snapshot.ts';
import type { Endpoint, ResourceSample, WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import type { Outcome, Plan } from './protocol.ts';
import type { SavedState } from './state-file.ts';
import { ChangeFrames } from './change-frames.ts';
import { DebuggedHosts } from './debugged-hosts.ts';
import { Dependencies } from './dependencies.ts';
import { Histories } from './histories.ts';
import { LeftState } from './left-state.ts';
import { planOf, refusals } from './plan.ts';
import type { ControllerEnvironment } from './workers/controller-environment.ts';
import { WorkerController } from './workers/controller.ts';
import type { SavedWorker } from './workers/run-counts.ts';
import type { Standing } from './timelines.ts';
import { refusedSnapshot, type Refusal } from './workers/refused-snapshot.ts';

/** What a master needs of the world. */
export interface MasterEnvironment extends Omit<
  ControllerEnvironment,
  'changed' | 'begins' | 'untilDependencies' | 'failedDependencies'
> {
  /** Reads the workers file as it is now, with everything known about packages and files. Rejects when unreadable. */
  read(): Promise<WorkersFile>;
  /** Puts what the file says of the master itself in force. */
  applySettings?(settings: MasterSettings): Promise<void>;
  /** What a former master left, for counts that go on. */
  readonly former?: SavedState;
  /** Keeps what a later master needs of the workers that changed; called before anybody is told of the change. */
  save(changed: SavedState): void;
}

/** The ids of those of which something is to be told; undefined where workers may have come, gone or moved. */
export type ChangedWorkers = ReadonlySet<string> | undefined;

/** How long stopping everything may take where the file says nothing, in milliseconds. */
const usualShutdownMs = 30_000;

/** The workers of one workers file, by id. Emits snapshots; knows nobody who reads them. */
export class Master {
  readonly #env: MasterEnvironment;
  readonly #controllers = new Map<string, WorkerController>();
  readonly #dependencies = new Dependencies(this.#controllers);
  readonly #debuggedHosts = new DebuggedHosts(this.#controllers);
  /** Those that have failed: of them their dependants tell, too. */
  readonly #failed = new Set<string>();
  readonly #refused = new Map<string, Refusal>();
  readonly #histories = new Histories();
  readonly #listeners = new Set<(changed: ChangedWorkers) => void>();
  /** In the order of the file. */
  #order: readonly string[] = [];
  readonly #leftState: LeftState;
  /** Of which something is to be told; undefined for all. */
  #untold: Set<string> | undefined = new Set();
  #recovering: NodeJS.Immediate | undefined;
  readonly #changes: ChangeFrames;
  #applying: Promise<unknown> = Promise.resolve();
  #shutdownTimeoutMs = usualShutdownMs;
  #isEnding = false;

  constructor(env: MasterEnvironment) {
    this.#env = env;
    this.#leftState = new LeftState(env.former, (changed) => env.save(changed));
    this.#changes = new ChangeFrames(env.clock, () => this.#tell());
  }

  /** Called after changes, once for all changes that came close together. Returns the way to end it. */
  onDidChange(listener: (changed: ChangedWorkers) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshots(): readonly WorkerSnapshot[] {
    return new SnapshotList(this.#order.flatMap((id) => this.told(id) ?? [])).workers;
  }

  /** In the order of the file. */
  get ids(): readonly string[] {
    return this.#order.filter((id) => this.#controllers.has(id) || this.#refused.has(id));
  }

  /** What there is to tell of one worker, whatever becomes of the others; undefined where nobody knows it. */
  told(id: string): ToldSnapshot | undefined {
    const controller = this.#controllers.get(id);
    if (controller) return controller.snapshot();
    const refusal = this.#refused.get(id);
    return refusal && refusedSnapshot(id, refusal);
  }

  /** In short, for whoever is told of every change. */
  standings(ids: Iterable<string> = this.#order): readonly Standing[] {
    return [...ids].flatMap((id): readonly Standing[] => {
      const controller = this.#controllers.get(id);
      if (controller) return [controller.standing];
      const refusal = this.#refused.get(id);
      if (!refusal) return [];
      const { type, since, failure } = refusal;
      return [{ id, type, state: 'failed', since, cause: failure.message }];
    });
  }

  /** Measures what the running workers use now; the next snapshots show it, and are told where it is not as before. */
  async measure(): Promise<void> {
    const running = [...this.#controllers.values()].filter(({ state }) => state === 'running');
    await Promise.all(running.map((controller) => this.#measureOne(controller)));
  }

  /** What was measured of a worker in the last ten minutes, oldest first; it is measured now unless it just was. */
  async history(id: string): Promise<readonly ResourceSample[]> {
    const controller = this.#controllers.get(id);
    if (controller && !this.#histories.isFresh(id, this.#env.clock.now())) await this.#measureOne(controller);
    return this.#histories.of(id);
  }

  async #measureOne(controller: WorkerController): Promise<void> {
    const measurement = await controller.measure();
    if (measurement) this.#histories.add(controller.id, measurement, this.#env.clock.now());
  }

  /** Whether a worker can be made to wait; one there is no more has nobody to lose lines for. */
  canBeHeld(id: string): boolean {
    return this.#controllers.get(id)?.canBeHeld ?? false;
  }

  /** A worker's output waits for those who read it, or waits no longer. */
  followOutput(id: string): void {
    this.#controllers.get(id)?.followOutput();
  }

  /** What there is to tell of a worker has changed elsewhere than here. */
  refresh(id: string): void {
    this.#changed(id);
  }

  /** The first endpoint of a worker, or the one of this name. Throws a sentence when there is none. */
  getWorkerEndpoint(id: string, name?: string): Endpoint {
    const { endpoints, state } = this.controller(id).snapshot();
    const endpoint = endpoints.find((each) => name === undefined || each.name === name);
    if (endpoint) return endpoint;
    const has = endpoints.length === 0 ? 'none' : endpoints.map((each) => `"${each.name}"`).join(', ');
    const wanted = name === undefined ? 'an endpoint' : `the endpoint "${name}"`;
    throw new Error(`${id} does not offer ${wanted}: it is ${state} and has ${has}.`);
  }

  controller(id: string): WorkerController {
    const controller = this.#controllers.get(id);
    if (controller) return controller;
    const refusal = this.#refused.get(id);
    if (refusal) throw new Error(refusal.failure.message);
    const replicas = this.#replicasOf(id).map((one) => one.id);
    if (replicas.length > 0) throw new Error(`${id} runs as ${replicas.join(', ')}: name one of them.`);
    const known = [...this.#controllers.keys(), ...this.#refused.keys()].join(', ') || 'none';
    throw new Error(`There is no worker "${id}" in the workers file; it has: ${known}.`);
  }

  /**
   * Makes the workers what the file says: new ones are added, missing ones stopped and removed, changed ones marked
   * or, if asked, restarted. The others are not touched; one with errors in the file is refused and goes on as it was.
   */
  apply(options: { readonly dryRun: boolean; readonly restart: boolean }): Promise<Plan> {
    if (this.#isEnding) return Promise.reject(new Error('The file is not applied: its master ends.'));
    const result = this.#applying.then(() => this.#apply(options));
    this.#applying = result.catch(() => undefined);
    return result;
  }

  /** Goes on where a former master ended: every worker that was wanted is taken over or started. */
  async resume(state: SavedState, death?: string): Promise<void> {
    const resumed = [...this.#controllers.values()].flatMap((controller) => {
      const saved = state.get(controller.id);
      return saved && (saved.wanted || saved.run) ? [this.#resumeOne(controller, saved, death)] : [];
    });
    await Promise.all(resumed);
  }

  start(ids: readonly string[]): Promise<readonly Outcome[]> {
    const all = ids.length === 0;
    const outcomes = this.#each(
      ids,
      // What has a schedule is started by it, unless somebody names it.
      async (controller) =>
        all && controller.resolved.config.cron !== undefined
          ? controller.schedule()
          : this.#dependencies.start(controller),
      { enabledOnly: true },
    );
    return this.#told(outcomes);
  }

  stop(ids: readonly string[]): Promise<readonly Outcome[]> {
    return this.#told(this.#dependencies.inReverse(this.#chosen(ids), (controller) => controller.stop()));
  }

  /** `force`: ends the workers at once instead of asking them first. */
  restart(ids: readonly string[], options: { readonly force?: boolean } = {}): Promise<readonly Outcome[]> {
    return this.#told(this.#each(ids, (controller) => controller.restart(options), { enabledOnly: true }));
  }

  /** Puts a fresh run, of what the file says now, in the place of each that runs, without a gap. */
  async swap(ids: readonly string[]): Promise<readonly Outcome[]> {
    await this.apply({ dryRun: false, restart: false });
    return this.#told(this.#each(ids, (controller) => controller.swap(), { enabledOnly: true }));
  }

  /**
   * Stops every worker; resolves when nothing is left of any. Whoever has not ended by itself when the time for all of
   * them is over is not asked any longer.
   */
  async close(): Promise<readonly Outcome[]> {
    this.#isEnding = true;
    await this.#applying;
    const { clock } = this.#env;
    const end = clock.elapsed() + this.#shutdownTimeoutMs;
    const dispose = (each: WorkerController) => each.dispose(Math.max(0, end - clock.elapsed()));
    return this.#told(this.#dependencies.inReverse([...this.#controllers.values()], dispose));
  }

  /**
   * Stops the workers that live in this process, for they would end with it; they stay wanted. The others go on, for
   * the next master to take over.
   */
  async leave(): Promise<readonly Outcome[]> {
    this.#isEnding = true;
    await this.#applying;
    const inside = [...this.#controllers.values()].filter(({ inForce }) => inForce.deployment.kind === 'module');
    for (const controller of inside) this.#leftState.leaveWanted(controller);
    return this.#told(this.#dependencies.inReverse(inside, (controller) => controller.dispose()));
  }

  async #resumeOne(controller: WorkerController, saved: SavedWorker, death: string | undefined): Promise<void> {
    await controller.resume(saved, death);
    if (!saved.wanted) await controller.stop();
  }

  async #apply(options: { readonly dryRun: boolean; readonly restart: boolean }): Promise<Plan> {
    const file = await this.#env.read();
    const wanted = new Map(file.workers.flatMap(({ id, resolved }) => (resolved ? [[id, resolved] as const] : [])));
    const refused = refusals(file).map(({ id, message }) => ({ id, message: this.#env.mask?.(message) ?? message }));
    const plan = planOf([...this.#controllers.values()], wanted, refused);
    if (options.dryRun) return plan;
    await this.#env.applySettings?.(file.settings);
    this.#shutdownTimeoutMs = file.settings.shutdownTimeoutMs ?? usualShutdownMs;
    // The replicas of one that is refused go on, in its place.
    this.#order = unique(
      file.workers.flatMap(({ id, resolved }) => [id, ...(resolved ? [] : this.#replicasOf(id).map((one) => one.id))]),
    );
    this.#refuse(file, refused);
    this.#untold = undefined;
    await Promise.all([
      ...plan.removed.map((id) => this.#remove(id)),
      ...plan.added.map((id) => this.#add(wanted.get(id))),
      ...plan.restart.map(({ id }) => this.#replace(id, wanted.get(id), options.restart)),
      ...plan.unchanged.map((id) => this.#replace(id, wanted.get(id), false)),
    ]);
    this.#changed();
    return plan;
  }

  /** What failed or has recovered is told of at every worker that depends on it. */
  #tellDependants({ id, state }: WorkerController): void {
    const isFailed = state === 'failed';
    if (isFailed === this.#failed.has(id)) return;
    if (isFailed) this.#failed.add(id);
    else this.#failed.delete(id);
    for (const dependant of this.#dependencies.dependantsOf(id)) this.#changed(dependant);
  }

  #refuse(file: WorkersFile, refused: Plan['refused']): void {
    const former = new Map(this.#refused);
    this.#refused.clear();
    for (const { id, message } of refused) {
      const type = file.workers.find((worker) => worker.id === id)?.type ?? 'process';
      const before = former.get(id);
      const since = before?.failure.message === message ? before.since : this.#env.clock.now();
      this.#refused.set(id, { failure: { code: 'configuration', message }, type, since });
    }
  }

  async #add(resolved: ResolvedWorker | undefined): Promise<void> {
    if (!resolved) return;
    const controller: WorkerController = new WorkerController(resolved, {
      ...this.#env,
      untilDependencies: (worker, signal) => this.#dependencies.until(worker, signal),
      failedDependencies: (worker) => this.#dependencies.failedFor(worker),
      changed: () => {
        this.#leftState.touch(controller);
        this.#debuggedHosts.follow(controller);
        this.#changed(controller.id);
        this.#tellDependants(controller);
      },
      begins: () => {
        this.#leftState.touch(controller);
        this.#leftState.save();
      },
    });
    const former = this.#leftState.former(controller.id);
    if (former) controller.recall(former);
    this.#controllers.set(controller.id, controller);
    await controller.initialize();
  }

  async #remove(id: string): Promise<void> {
    const controller = this.#controllers.get(id);
    await controller?.dispose();
    this.#leftState.save();
    if (controller) this.#leftState.remove(controller);
    this.#controllers.delete(id);
    this.#failed.delete(id);
    this.#histories.keep(new Set(this.#controllers.keys()));
  }

  async #replace(id: string, resolved: ResolvedWorker | undefined, restart: boolean): Promise<void> {
    const controller = this.#controllers.get(id);
    if (!controller || !resolved) return;
    await controller.replace(resolved);
    if (restart && controller.snapshot().restart_needed.length > 0) await controller.restart();
  }

  async #each(
    ids: readonly string[],
    operation: (controller: WorkerController) => Promise<Outcome>,
    { enabledOnly = false } = {},
  ): Promise<readonly Outcome[]> {
    const chosen = this.#chosen(ids, { enabledOnly });
    return Promise.all(chosen.map(operation));
  }

  #replicasOf(id: string): readonly WorkerController[] {
    return [...this.#controllers.values()].filter(({ inForce }) => inForce.config.replica?.of === id);
  }

  /** No ids mean all; that of a worker with replicas means each of them. */
  #chosen(ids: readonly string[], { enabledOnly = false } = {}): readonly WorkerController[] {
    if (ids.length > 0) {
      return ids.flatMap((id) => {
        const replicas = this.#controllers.has(id) ? [] : this.#replicasOf(id);
        return replicas.length > 0 ? replicas : [this.controller(id)];
      });
    }
    return [...this.#controllers.values()].filter(({ resolved }) => !enabledOnly || resolved.config.enabled);
  }

  /** What was answered is saved and shown by then. */
  async #told<T>(outcomes: Promise<T>): Promise<T> {
    try {
      return await outcomes;
    } finally {
      this.#changes.flush();
    }
  }

  /** Without an id: of all, also which there are. */
  #changed(id?: string): void {
    if (id === undefined) this.#untold = undefined;
    else this.#untold?.add(id);
    this.#changes.add();
    this.#recovering ??= setImmediate(() => {
      this.#recovering = undefined;
      for (const controller of this.#dependencies.recovered()) void this.#dependencies.start(controller);
    });
  }

  #tell(): void {
    this.#leftState.save();
    const changed = this.#untold;
    this.#untold = new Set();
    for (const listener of this.#listeners) listener(changed);
  }
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
