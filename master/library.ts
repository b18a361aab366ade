import type { Endpoint, WorkerDiagnostics, WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import { openMaster, type OpenMaster } from './open-master.ts';
import { listedWorkers, type ListedWorkers, type WorkerEntry } from './library/listed-workers.ts';
import { eventsOf, type MasterEvent } from './library/master-events.ts';
import type { Outcome } from './protocol.ts';
import type { ModuleFactory } from './workers/module/contract.ts';
import type { RegisteredFactory } from './workers/module/registered-module.ts';
import { WorkerError } from './workers/worker-error.ts';

/** The master as a library: `hsu-workers/master`. Workers in your own program, processes and modules alike. */

export type { Module, ModuleContext, ModuleFactory } from './workers/module/contract.ts';
export type { Endpoint, WorkerDiagnostics, WorkerEntry, MasterEvent, WorkerSnapshot };
export { WorkerError };

export interface MasterOptions {
  /** Tells this master from others of the same program; without one, a program has one master at a time. */
  readonly name?: string;
  /** What relative paths of the workers are relative to. Default: the working directory. */
  readonly folder?: string;
  /**
   * The workers to begin with. Process workers among them that an earlier run of this program left, because it was
   * killed, are taken over with the same process ids; what it left of others is ended.
   */
  readonly workers?: readonly WorkerEntry[];
}

/** What the design calls a worker's state with diagnostics: its fields under its names, and the whole snapshot. */
export type WorkerStateWithDiagnostics = WorkerDiagnostics & { readonly snapshot: WorkerSnapshot };

/**
 * Runs workers in this program. Every method takes and tells the same of a process and of a module. Methods that act on
 * a worker resolve when it is done, and reject with a WorkerError, whose `failure` has a stable code, when it is not.
 */
export class Master {
  readonly #factories = new Map<string, RegisteredFactory>();
  readonly #list: ListedWorkers;
  readonly #folder: string;
  #opened: Promise<OpenMaster> | undefined;

  constructor({ name = 'main', folder = process.cwd(), workers = [] }: MasterOptions = {}) {
    this.#folder = folder;
    this.#list = listedWorkers(name, workers);
  }

  /** Offers a module that is compiled into this program: workers name it by `module_name`. */
  registerModuleFactory<Config>(name: string, factory: ModuleFactory<Config>): void {
    if (this.#factories.has(name))
      throw new Error(`A module factory "${name}" is registered already: choose another name.`);
    // What `module.config` says is the factory's to check, as it is of a factory in a file.
    this.#factories.set(name, (context): unknown => Reflect.apply(factory, undefined, [context]));
  }

  /** Adds a worker, described as in a workers file, without starting it. Rejects when it has errors or the id is taken. */
  async addWorker(worker: WorkerEntry): Promise<void> {
    const { master } = await this.#open();
    await this.#list.add(worker);
    const { refused } = await master.apply({ dryRun: false, restart: false });
    const refusal = refused.find(({ id }) => id === worker.id);
    if (!refusal) return;
    await this.#list.remove(worker.id);
    await master.apply({ dryRun: false, restart: false });
    throw new WorkerError({ code: 'configuration', message: refusal.message });
  }

  /** Stops the worker if it runs, and forgets it. */
  async removeWorker(id: string): Promise<void> {
    const { master } = await this.#open();
    master.controller(id);
    await this.#list.remove(id);
    await master.apply({ dryRun: false, restart: false });
  }

  /** Resolves when the worker is ready; for one that runs once, when it has done its work. */
  async startWorker(id: string): Promise<void> {
    const { master } = await this.#open();
    this.#check(master.snapshots(), await master.start([id]));
  }

  /** Resolves when nothing of the worker is left. */
  async stopWorker(id: string): Promise<void> {
    const { master } = await this.#open();
    this.#check(master.snapshots(), await master.stop([id]));
  }

  /** `force`: ends the worker at once instead of asking it first. */
  async restartWorker(id: string, { force = false }: { readonly force?: boolean } = {}): Promise<void> {
    const { master } = await this.#open();
    this.#check(master.snapshots(), await master.restart([id], { force }));
  }

  async getWorkerStateWithDiagnostics(id: string): Promise<WorkerStateWithDiagnostics> {
    const { master } = await this.#open();
    await master.measure();
    const { id: known } = master.controller(id);
    const snapshot = master.snapshots().find((worker) => worker.id === known);
    if (!snapshot) throw new Error(`${id} is being removed: it has no state any more.`);
    return withDiagnostics(snapshot);
  }

  /** By id. */
  async getAllWorkerStatesWithDiagnostics(): Promise<ReadonlyMap<string, WorkerStateWithDiagnostics>> {
    const { master } = await this.#open();
    await master.measure();
    return new Map(master.snapshots().map((snapshot) => [snapshot.id, withDiagnostics(snapshot)]));
  }

  /** The first endpoint, or the one of this name. Rejects when the worker has none. */
  async getWorkerEndpoint(id: string, name?: string): Promise<Endpoint> {
    const { master } = await this.#open();
    return master.getWorkerEndpoint(id, name);
  }

  /**
   * Each change of a worker, until the loop is left or the master closed. A slow reader gets the newest snapshot of each
   * worker, and never keeps the master waiting.
   */
  async *events(): AsyncGenerator<MasterEvent, void, undefined> {
    const opened = await this.#open();
    yield* eventsOf(opened.master, opened.closed);
  }

  /** Stops every worker; resolves when nothing of any is left. */
  async close(): Promise<void> {
    if (!this.#opened) return;
    const opened = await this.#opened;
    const left = (await opened.close()).find(({ ok }) => !ok);
    if (left) throw new WorkerError({ code: 'cannot-stop', message: left.message });
  }

  #open(): Promise<OpenMaster> {
    return (this.#opened ??= this.#begin());
  }

  async #begin(): Promise<OpenMaster> {
    const opened = await openMaster({
      file: await this.#list.write(),
      folder: this.#folder,
      factories: this.#factories,
    });
    const { refused } = await opened.ready;
    if (refused.length === 0) return opened;
    await opened.close();
    throw new WorkerError({ code: 'configuration', message: refused.map(({ message }) => message).join(' ') });
  }

  #check(workers: readonly WorkerSnapshot[], outcomes: readonly Outcome[]): void {
    const failed = outcomes.find(({ ok }) => !ok);
    if (!failed) return;
    const failure = workers.find(({ id }) => id === failed.id)?.last_error;
    throw new WorkerError({ ...(failure ?? { code: 'internal' }), message: failed.message });
  }
}

function withDiagnostics(snapshot: WorkerSnapshot): WorkerStateWithDiagnostics {
  return { ...snapshot.diagnostics, snapshot };
}
