import type { MasterSettings, ResolvedWorker, WorkersFile } from './config/deployment.ts';
import type { Endpoint, ResourceSample, WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import type { Outcome, Plan } from './protocol.ts';
import type { SavedState } from './state-file.ts';
import { changedKeys } from './workers/changed-keys.ts';
import { ChangeFrames } from './change-frames.ts';
import { Dependencies } from './dependencies.ts';
import { Histories } from './histories.ts';
import type { ControllerEnvironment } from './workers/controller-environment.ts';
import { WorkerController } from './workers/controller.ts';
import type { SavedWorker } from './workers/run-counts.ts';
import type { Standing } from './timelines.ts';
import { refusedSnapshot, type Refusal } from './workers/refused-snapshot.ts';

/** What a master needs of the world. */
export interface MasterEnvironment extends Omit<ControllerEnvironment, 'changed' | 'untilDependencies'> {
  /** Reads the workers file as it is now, with everything known about packages and files. Rejects when unreadable. */
  read(): Promise<WorkersFile>;
  /** Puts what the file says of the master itself in force. */
  applySettings?(settings: MasterSettings): Promise<void>;
  /** What a former master left, for counts that go on. */
  readonly former?: SavedState;
  /** Keeps what a later master needs of the workers that changed; called before anybody is told of the change. */
  save(changed: SavedState): void;
}

/** How long stopping everything may take where the file says nothing, in milliseconds. */
const usualShutdownMs = 30_000;

/** The workers of one workers file, by id. Emits snapshots; knows nobody who reads them. */
export class Master {
  readonly #env: MasterEnvironment;
  readonly #controllers = new Map<string, WorkerController>();
  readonly #dependencies = new Dependencies(this.#controllers);
  readonly #refused = new Map<string, Refusal>();
  readonly #histories = new Histories();
  readonly #listeners = new Set<() => void>();
  /** In the order of the file. */
  #order: readonly string[] = [];
  /** What was saved last of each worker, as text. */
  readonly #saved = new Map<string, string>();
  /** Those that may have something new to save. */
  readonly #touched = new Set<WorkerController>();
  #recovering: NodeJS.Immediate | undefined;
  readonly #changes: ChangeFrames;
  #applying: Promise<unknown> = Promise.resolve();
  #shutdownTimeoutMs = usualShutdownMs;

  constructor(env: MasterEnvironment) {
    this.#env = env;
    this.#changes = new ChangeFrames(env.clock, () => this.#tell());
  }

  /** Called after changes, once for all changes that came close together. Returns the way to end it. */
  onDidChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshots(): readonly WorkerSnapshot[] {
    return this.#order.flatMap((id) => {
      const refusal = this.#refused.get(id);
      const controller = this.#controllers.get(id);
      if (controller) return [controller.snapshot()];
      return refusal ? [refusedSnapshot(id, refusal)] : [];
    });
  }

  /** In short, for whoever is told of every change. */
  standings(): readonly Standing[] {
    return this.#order.flatMap((id): readonly Standing[] => {
      const controller = this.#controllers.get(id);
      if (controller) return [controller.standing];
      const refusal = this.#refused.get(id);
      if (!refusal) return [];
      const { type, since, failure } = refusal;
      return [{ id, type, state: 'failed', since, cause: failure.message }];
    });
  }

  /** Measures what the running workers use now; the next snapshots show it. */
  async measure(): Promise<void> {
    const running = [...this.#controllers.values()].filter(({ state }) => state === 'running');
    await Promise.all(running.map((controller) => this.#measureOne(controller)));
    if (running.length > 0) this.#changed();
  }

  /** What was measured of a worker in the last ten minutes, oldest first; it is measured now unless it just was. */
  async history(id: string): Promise<readonly ResourceSample[]> {
    const controller = this.#controllers.get(id);
    if (controller && !this.#histories.isFresh(id, this.#env.clock.now())) {
      await this.#measureOne(controller);
      this.#changed();
    }
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

  /** What a run tells of itself has changed elsewhere than in this process. */
  refresh(): void {
    this.#changed();
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
    const known = [...this.#controllers.keys()].join(', ') || 'none';
    throw new Error(`There is no worker "${id}" in the workers file; it has: ${known}.`);
  }

  /**
   * Makes the workers what the file says: new ones are added, missing ones stopped and removed, changed ones marked
   * or, if asked, restarted. The others are not touched; one with errors in the file is refused and goes on as it was.
   */
  apply(options: { readonly dryRun: boolean; readonly restart: boolean }): Promise<Plan> {
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
    return this.#each(ids, (controller) => controller.swap(), { enabledOnly: true });
  }

  /**
   * Stops every worker; resolves when nothing is left of any. Whoever has not ended by itself when the time for all of
   * them is over is not asked any longer.
   */
  async close(): Promise<readonly Outcome[]> {
    await this.#applying;
    const { clock } = this.#env;
    const end = clock.now() + this.#shutdownTimeoutMs;
    const dispose = (each: WorkerController) => each.dispose(Math.max(0, end - clock.now()));
    return this.#told(this.#dependencies.inReverse([...this.#controllers.values()], dispose));
  }

  async #resumeOne(controller: WorkerController, saved: SavedWorker, death: string | undefined): Promise<void> {
    await controller.resume(saved, death);
    if (!saved.wanted) await controller.stop();
  }

  async #apply(options: { readonly dryRun: boolean; readonly restart: boolean }): Promise<Plan> {
    const file = await this.#env.read();
    const wanted = new Map(file.workers.flatMap(({ id, resolved }) => (resolved ? [[id, resolved] as const] : [])));
    const refused = refusals(file).map(({ id, message }) => ({ id, message: this.#env.mask?.(message) ?? message }));
    const plan = this.#plan(wanted, refused);
    if (options.dryRun) return plan;
    await this.#env.applySettings?.(file.settings);
    this.#shutdownTimeoutMs = file.settings.shutdownTimeoutMs ?? usualShutdownMs;
    // The replicas of one that is refused go on, in its place.
    this.#order = unique(
      file.workers.flatMap(({ id, resolved }) => [id, ...(resolved ? [] : this.#replicasOf(id).map((one) => one.id))]),
    );
    this.#refuse(file, refused);
    await Promise.all([
      ...plan.removed.map((id) => this.#remove(id)),
      ...plan.added.map((id) => this.#add(wanted.get(id))),
      ...plan.restart.map(({ id }) => this.#replace(id, wanted.get(id), options.restart)),
      ...plan.unchanged.map((id) => this.#replace(id, wanted.get(id), false)),
    ]);
    this.#changed();
    return plan;
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

  #plan(wanted: ReadonlyMap<string, ResolvedWorker>, refused: Plan['refused']): Plan {
    const refusedIds = new Set(refused.map(({ id }) => id));
    const present = [...this.#controllers.values()];
    const changes = present.flatMap(({ id, inForce }) => {
      const next = wanted.get(id);
      return next ? [{ id, because: changedKeys(inForce, next) }] : [];
    });
    return {
      added: [...wanted.keys()].filter((id) => !this.#controllers.has(id)),
      removed: present
        .filter(({ id, inForce }) => !wanted.has(id) && !refusedIds.has(inForce.config.replica?.of ?? id))
        .map(({ id }) => id),
      restart: changes.filter(({ because }) => because.length > 0),
      unchanged: changes.filter(({ because }) => because.length === 0).map(({ id }) => id),
      refused,
    };
  }

  async #add(resolved: ResolvedWorker | undefined): Promise<void> {
    if (!resolved) return;
    const controller: WorkerController = new WorkerController(resolved, {
      ...this.#env,
      untilDependencies: (worker, signal) => this.#dependencies.until(worker, signal),
      changed: () => {
        this.#touched.add(controller);
        this.#changed();
      },
    });
    const former = this.#env.former?.get(controller.id);
    if (former) controller.recall(former);
    this.#controllers.set(controller.id, controller);
    await controller.initialize();
  }

  async #remove(id: string): Promise<void> {
    await this.#controllers.get(id)?.dispose();
    this.#save();
    const controller = this.#controllers.get(id);
    if (controller) this.#touched.delete(controller);
    this.#controllers.delete(id);
    this.#saved.delete(id);
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

  #changed(): void {
    this.#changes.add();
    this.#recovering ??= setImmediate(() => {
      this.#recovering = undefined;
      for (const controller of this.#dependencies.recovered()) void this.#dependencies.start(controller);
    });
  }

  #tell(): void {
    this.#save();
    for (const listener of this.#listeners) listener();
  }

  #save(): void {
    const changed = new Map<string, SavedWorker>();
    const touched = [...this.#touched];
    this.#touched.clear();
    for (const controller of touched) {
      const saved = controller.saved();
      const text = JSON.stringify(saved);
      if (this.#saved.get(controller.id) === text) continue;
      this.#saved.set(controller.id, text);
      changed.set(controller.id, saved);
    }
    if (changed.size > 0) this.#env.save(changed);
  }
}

/** Why the workers that cannot be run are refused: the first error in the file for each. */
function refusals(file: WorkersFile): Plan['refused'] {
  return file.workers
    .filter(({ resolved }) => !resolved)
    .map(({ id }) => {
      const problem = file.problems.find(({ workerId, severity }) => workerId === id && severity === 'error');
      const why = problem ? `${problem.message} (${problem.code})` : 'its configuration has errors';
      return { id, message: `${id} is refused: ${why}` };
    });
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
