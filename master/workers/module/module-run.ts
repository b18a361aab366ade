import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Peer } from '../../calls/peer.ts';
import type { ModuleDeployment } from '../../config/deployment.ts';
import type { LimitsConfig } from '../../config/worker-config.ts';
import type {
  Endpoint,
  Enforcement,
  Fate,
  LoopLoad,
  Resources,
  WorkerFailure,
} from '../../lifecycle/worker-snapshot.ts';
import { letGo } from '../../inspector/let-go.ts';
import { WorkerError, type Run, type RunContext, type RunEnd, type SavedRun, type StopReport } from '../worker.ts';
import type { ModuleMetadata } from './contract.ts';
import { endStrays } from './end-strays.ts';
import type { HostedRun, HostThread, RunMessage, ThreadEnd } from './host-thread.ts';
import { knownEndpoints } from './known-endpoints.ts';
import { explainFullThread, explainMemory, explainThreadEnd } from './module-failure.ts';
import { isProgram } from './is-program.ts';
import type { LoadedModule } from './loaded-module.ts';
import { LoopMeter } from './loop-load.ts';
import { mostHeapBytes } from './thread-limits.ts';
import { ThreadMemory, type Measured } from './thread-memory.ts';
import { ThreadResources } from './thread-resources.ts';
import { meantAsModule } from './meant-as-module.ts';
import { watchMemory } from './watch-memory.ts';

/** How long closing what a module left may take after its grace period, before its thread is given up, in ms. */
const closeMs = 2000;

/** How long a thread may take to show that it hears at all, in ms. */
const hearMs = 50;

/** `spawned`: whether the module ever began a process; unknown when it could not say. */
type Answer = StopReport & { readonly spawned?: boolean };

/** What the thread means to the run: its own, or one of several. */
export interface RunThread {
  readonly thread: HostThread;
  /** The thread holds this run alone and ends with it. */
  readonly own: boolean;
  /** Tells a thread that several are in from every other such thread of this master; absent where it is its own. */
  readonly host?: number;
  /** The other workers in the thread now. */
  neighbours(): readonly string[];
}

export interface RunIdentity {
  readonly id: string;
  readonly number: number;
  readonly deployment: ModuleDeployment;
  readonly masterKey: string;
  readonly limits?: LimitsConfig;
}

/** A module's run in a thread of the master's process. */
export class ModuleRun implements Run, HostedRun {
  readonly pid = 0;
  readonly hostPid = process.pid;
  readonly startedAt = new Date().toISOString();
  readonly over: Promise<RunEnd>;
  readonly #identity: RunIdentity;
  readonly #place: RunThread;
  readonly #context: RunContext;
  readonly #resources: ThreadResources;
  readonly #loop: LoopMeter;
  readonly #leave: () => void;
  /** Resolves when everything the run's own thread printed is written. */
  readonly #printed: Promise<void>;
  #end: (end: RunEnd) => void = () => undefined;
  #told: readonly Endpoint[] = [];
  #up = false;
  #loaded: LoadedModule | undefined;
  #stopping = false;
  #debugging = false;
  #inspectorAddress = '';
  /** The thread was given up with all its runs: it answers nobody any more. */
  #givenUp = false;
  #restricted = false;
  readonly #memoryWatch = new AbortController();

  constructor(identity: RunIdentity, place: RunThread, context: RunContext) {
    this.#identity = identity;
    this.#place = place;
    this.#context = context;
    this.#resources = new ThreadResources(place.thread);
    this.#loop = new LoopMeter(place.thread);
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#leave = place.thread.join(identity.number, this);
    this.#printed = place.own
      ? place.thread.readOutput((stream, text) => {
          context.output.write(stream, text);
        })
      : Promise.resolve();
    void place.thread.ended.then((end) => {
      this.#memoryWatch.abort();
      this.#lost(end);
    });
    this.#watchMemory();
  }

  /** What is loaded; undefined while it is being loaded. */
  get loaded(): LoadedModule | undefined {
    return this.#loaded;
  }

  markLoaded(metadata: ModuleMetadata | undefined, restricted: boolean): void {
    this.#restricted = restricted;
    const { id, deployment } = this.#identity;
    this.#loaded = {
      id,
      path: deployment.path,
      entryPoint: deployment.entryPoint ?? null,
      isolation: deployment.isolation,
      version: metadata?.version ?? null,
      loadedAt: new Date().toISOString(),
    };
  }

  /** The start is done: from now on an end of the thread is a failure of a running worker. */
  markUp(): void {
    this.#up = true;
  }

  get id(): string {
    return this.#identity.id;
  }

  get file(): string {
    return path.resolve(this.#identity.deployment.path);
  }

  get folder(): string {
    return this.#identity.deployment.folder;
  }

  get starting(): boolean {
    return !this.#up;
  }

  /** The rest of the start of a module that was only loaded. Rejects with a WorkerError; then nothing of it is left. */
  async begin(config: Readonly<Record<string, unknown>>): Promise<void> {
    const { failure } = await this.#place.thread.call<'begin'>({ kind: 'begin', run: this.#identity.number, config });
    if (failure) {
      await this.stop(0);
      throw new WorkerError(failure);
    }
    this.markUp();
  }

  get fate(): Fate {
    if (this.#identity.deployment.isolation === 'native') return { scope: 'master', with: [] };
    const place = this.#place;
    if (place.own) return { scope: 'itself', with: [] };
    return {
      scope: 'host',
      // Listed for whoever looks: of a thousand in one host, a thousand lists of a thousand names are seldom read.
      get with() {
        return place.neighbours();
      },
    };
  }

  get host(): number | undefined {
    return this.#place.host;
  }

  get enforcement(): Enforcement {
    const { isolation, permissions } = this.#identity.deployment;
    const kept = isolation === 'thread' && this.#restricted;
    return {
      memoryLimit: isolation === 'wasm' ? 'enforced' : 'watched',
      ...(permissions ? { permissions: kept ? 'enforced' : 'not enforced' } : {}),
    };
  }

  get calls(): Peer | undefined {
    return this.#place.thread.calls;
  }

  get debugging(): boolean {
    return this.#debugging;
  }

  endpoints(): readonly Endpoint[] {
    return knownEndpoints(this.#told, this.#identity.deployment);
  }

  /** The thread tells of every server as it begins to listen: there is nothing to look for. */
  discover(): Promise<void> {
    return Promise.resolve();
  }

  async healthy(signal: AbortSignal): Promise<boolean | undefined> {
    const answer = this.#place.thread.call<'healthy'>({ kind: 'healthy', run: this.#identity.number });
    const aborted = new Promise<never>((_, reject) => {
      const abort = () => {
        reject(new Error(`${this.#identity.id} did not say whether it is healthy.`));
      };
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
    return (await Promise.race([answer, aborted])) ?? undefined;
  }

  async resources(): Promise<Resources | null> {
    return this.#place.own && this.#place.thread.alive ? this.#resources.read() : null;
  }

  /** A loop that a debugger holds, or one inside foreign code, answers nobody: that is no delay. */
  async loop(): Promise<LoopLoad | null> {
    const { isolation } = this.#identity.deployment;
    const answers = isolation === 'shared' || isolation === 'thread';
    if (!answers || this.#debugging || !this.#place.thread.alive) return null;
    return this.#loop.read(this.#place.neighbours());
  }

  async stop(graceMs: number): Promise<StopReport> {
    this.#stopping = true;
    // A start that is given up: nobody has let go of it before.
    if (this.#debugging) await this.closeInspector();
    const { own, thread } = this.#place;
    await thread.snapshotsRead();
    const report = await this.#ask(graceMs);
    // A shared thread that was given up is ended by its keeper.
    if (own || !(report || this.#givenUp)) await this.#endThread();
    if (own) await this.#printed;
    const strays =
      report?.spawned === false ? [] : await endStrays(this.id, this.#identity.masterKey, this.#context.number);
    // What native code holds may come free by that; its modules do not wait for ever to be somewhere else.
    if (this.#givenUp && !own) await Promise.race([this.#place.thread.ended, wait(closeMs, undefined, { ref: false })]);
    this.#leave();
    this.#end({ how: 'exit', code: 0, signal: null });
    return { forced: report?.forced ?? true, leftovers: [...(report?.leftovers ?? []), ...strays] };
  }

  async takeOver(): Promise<void> {
    if (!this.#place.own) await this.#place.thread.call<'take-over'>({ kind: 'take-over', run: this.#identity.number });
  }

  saved(): SavedRun | null {
    return null;
  }

  async openInspector(): Promise<string> {
    const url = await this.#place.thread.call<'open-inspector'>({ kind: 'open-inspector', run: this.#identity.number });
    this.#debugging = true;
    this.#inspectorAddress = url;
    return url;
  }

  async closeInspector(): Promise<void> {
    this.#debugging = false;
    if (!this.#place.thread.alive) return;
    const closed = this.#place.thread.call<'close-inspector'>({ kind: 'close-inspector', run: this.#identity.number });
    const late = (ms: number) => wait(ms, undefined, { ref: false });
    if ((await Promise.race([closed, late(hearMs)])) !== undefined) return;
    // At a breakpoint it hears nothing, and cannot be ended, until it is let go: an editor takes its time for that.
    await letGo(this.#inspectorAddress, Promise.race([closed, late(closeMs)]));
  }

  #watchMemory(): void {
    const { id, deployment, limits } = this.#identity;
    // WebAssembly cannot pass its limit; what several modules hold is nobody's alone.
    if (deployment.isolation !== 'thread') return;
    const { memoryPolicy: policy = 'restart', maxRssBytes } = limits ?? {};
    const limitBytes = policy === 'none' ? undefined : maxRssBytes;
    const warnsOnly = policy === 'log' || policy === 'alert' || policy === 'throttle';
    if (limitBytes !== undefined) {
      this.#watch(limitBytes, { buffers: true }, (bytes, isEstimate) => {
        const failure = explainMemory(id, bytes, limitBytes, policy, isEstimate);
        if (warnsOnly) this.warn(failure.message);
        else this.#endFull(failure);
      });
    }
    if (limitBytes === undefined || warnsOnly) {
      const mostBytes = mostHeapBytes(maxRssBytes);
      this.#watch(mostBytes, { buffers: false, bytes: mostBytes }, () => {
        this.#endFull(explainFullThread(id, mostBytes));
      });
    }
  }

  #watch(limitBytes: number, measured: Measured, exceeded: (bytes: number, isEstimate: boolean) => void): void {
    const memory = new ThreadMemory(this.#place.thread, measured);
    const { signal } = this.#memoryWatch;
    const tell = (bytes: number) => {
      exceeded(bytes, memory.isEstimate);
    };
    void watchMemory({ memory, limitBytes, signal, exceeded: tell });
  }

  #endFull(failure: WorkerFailure): void {
    this.fail(failure);
    // Asked first, it could take the whole process's memory before it answers.
    void this.#place.thread.terminate(closeMs);
  }

  /** The thread's answer; undefined when it gave none in time. */
  async #ask(graceMs: number): Promise<Answer | undefined> {
    const { thread, own } = this.#place;
    if (!thread.alive) return { forced: this.#givenUp, leftovers: [] };
    const isProgramThread = isProgram(this.#identity.deployment);
    // Whoever is too busy to hear this will close nothing either. Where others are in the thread, it has more time.
    let hears = !own;
    void thread.call<'ping'>({ kind: 'ping' }).then(
      () => (hears = true),
      () => undefined,
    );
    const late = async () => {
      // A program's thread answers by ending; a module's needs time after the grace period to close what is left.
      await wait(this.#givenUp ? hearMs : Math.max(graceMs, hearMs), undefined, { ref: false });
      if (!this.#givenUp && hears && !isProgramThread) await wait(closeMs, undefined, { ref: false });
      return undefined;
    };
    const asked = thread
      .call<'stop'>({ kind: 'stop', run: this.#identity.number, graceMs })
      .catch((): Answer => ({ forced: false, leftovers: [] }));
    const ended = thread.ended.then((): Answer => ({ forced: false, leftovers: [] }));
    return Promise.race([asked, ended, late()]);
  }

  async #endThread(): Promise<void> {
    if (await this.#place.thread.terminate(closeMs)) return;
    const message = `${this.#identity.id} cannot be stopped: native code holds its thread. Restart the master to end it.`;
    throw new WorkerError({ code: 'cannot-stop', message });
  }

  heard(message: RunMessage): void {
    switch (message.kind) {
      case 'output':
        this.#context.output.write(message.stream, message.text);
        return;
      case 'endpoints':
        this.#told = message.endpoints;
        this.#context.changed();
        return;
      case 'over':
        this.#end(message.end);
        return;
      case 'inspector':
        this.#debugging = true;
        this.#inspectorAddress = message.url;
        this.#context.awaitDebugger?.(message.url);
        return;
      case 'host-fault': {
        const ids = [this.#identity.id, ...this.#place.neighbours()].toSorted().join(', ');
        this.warn(
          `An error in the module host belongs to none of its modules (${ids}) that can be told, so none was ended. In threads of their own (module.isolation: thread) the one it belongs to is known: ${message.stack ?? message.message}`,
        );
      }
    }
  }

  fail(failure: WorkerFailure): void {
    this.#givenUp = true;
    this.#end({ how: 'failure', failure });
  }

  warn(text: string): void {
    this.#context.output.write('stderr', `${text}\n`);
  }

  #lost(end: ThreadEnd): void {
    if (this.#stopping) return;
    const { id } = this.#identity;
    if (this.#place.own && end.error === undefined) {
      void this.#exited(end.code);
      return;
    }
    const failure: WorkerFailure = this.#place.own
      ? explainThreadEnd(id, this.#up ? 'run' : 'load', end.error)
      : hostLost(id, end.error);
    this.#end({ how: 'failure', failure });
  }

  async #exited(code: number): Promise<void> {
    const why = code === 0 ? await meantAsModule(this.#identity.deployment) : undefined;
    this.#end({ how: 'exit', code, signal: null, ...(why === undefined ? {} : { why }) });
  }
}

function hostLost(id: string, error: unknown): WorkerFailure {
  const why = error instanceof Error ? `: ${error.message}` : '';
  return { code: 'host-lost', message: `${id} went down with the module host it shared${why}.` };
}
