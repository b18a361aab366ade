import inspector from 'node:inspector';
import type { ModuleDeployment } from '../../config/deployment.ts';
import type { Endpoint, Fate } from '../../lifecycle/worker-snapshot.ts';
import type { CallDirectory } from '../../calls/directory.ts';
import type { Peer } from '../../calls/peer.ts';
import { openLonelyPlace } from '../../calls/thread-place.ts';
import { WorkerError, type Run, type RunContext, type RunEnd, type StopReport } from '../worker.ts';
import { endStrays } from './end-strays.ts';
import { hostHere, release } from './host/host-here.ts';
import type { HostedModule } from './host/hosted-module.ts';
import type { HostMessage } from './host-protocol.ts';
import { knownEndpoints } from './known-endpoints.ts';
import type { RegisteredFactory } from './registered-module.ts';

export interface RegisteredRunOptions {
  readonly id: string;
  readonly deployment: ModuleDeployment;
  readonly masterKey: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly calls: CallDirectory | undefined;
}

/** How long a cancelled start may take to clean up, in ms. */
const cancelGraceMs = 500;

/** A run of a module on the loop of the program that has it compiled in: what ends that program ends it too. */
export class RegisteredRun implements Run {
  readonly pid = 0;
  readonly hostPid = process.pid;
  readonly startedAt = new Date().toISOString();
  readonly fate: Fate = { scope: 'master', with: [] };
  readonly over: Promise<RunEnd>;
  readonly #options: RegisteredRunOptions;
  readonly #context: RunContext;
  readonly #module: HostedModule;
  #end: (end: RunEnd) => void = () => undefined;
  #told: readonly Endpoint[] = [];
  #debugging = false;
  /** The inspector was opened here, not by the program or whoever started it. */
  #opened = false;

  constructor(options: RegisteredRunOptions, context: RunContext) {
    this.#options = options;
    this.#context = context;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
    const { id, deployment, environment } = options;
    const name = deployment.registeredName ?? id;
    const { folder, config } = deployment;
    this.#module = hostHere(
      {
        run: context.number,
        id,
        path: name,
        entryPoint: name,
        ...{ folder, config, environment, waitForDebugger: false, loadOnly: false },
      },
      (message) => {
        this.#heard(message);
      },
      options.calls?.place ?? openLonelyPlace(),
    );
  }

  /** Rejects with a WorkerError, also when the context's signal aborts: then nothing of the module is left. */
  async begin(factory: RegisteredFactory): Promise<void> {
    const { signal, awaitDebugger } = this.#context;
    awaitDebugger?.(await this.openInspector({ waitForDebugger: true }));
    let cancel: () => void = () => undefined;
    const cancelled = new Promise<never>((_, reject) => {
      cancel = () => {
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      };
      signal.addEventListener('abort', cancel, { once: true });
    });
    try {
      await Promise.race([this.#module.startRegistered(factory), cancelled]);
    } catch (error) {
      await this.stop(cancelGraceMs);
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  get calls(): Peer | undefined {
    return this.#options.calls?.own;
  }

  get debugging(): boolean {
    return this.#debugging;
  }

  endpoints(): readonly Endpoint[] {
    return knownEndpoints(this.#told, this.#options.deployment);
  }

  /** Every server is told of as it begins to listen: there is nothing to look for. */
  discover(): Promise<void> {
    return Promise.resolve();
  }

  async healthy(): Promise<boolean | undefined> {
    return (await this.#module.isHealthy()) ?? undefined;
  }

  /** What it uses cannot be told from what the program around it uses. */
  resources(): Promise<null> {
    return Promise.resolve(null);
  }

  async stop(graceMs: number): Promise<StopReport> {
    const { id, masterKey } = this.#options;
    const report = await this.#module.stop(graceMs);
    const strays = this.#module.scope.spawned ? await endStrays(id, masterKey, this.#context.number) : [];
    release(this.#module);
    this.#end({ how: 'exit', code: 0, signal: null });
    return { ...report, leftovers: [...report.leftovers, ...strays] };
  }

  saved(): null {
    return null;
  }

  /** The program's own loop cannot be held until a debugger comes: nobody could then tell where to attach. */
  openInspector({ waitForDebugger = false }: { readonly waitForDebugger?: boolean }): Promise<string> {
    if (waitForDebugger) {
      const message = `${this.#options.id} is compiled into the program that runs it and cannot be held before its first line: debug the program, or attach while it runs.`;
      return Promise.reject(new WorkerError({ code: 'internal', message }));
    }
    if (inspector.url() === undefined) {
      inspector.open(0, '127.0.0.1');
      this.#opened = true;
    }
    this.#debugging = true;
    return Promise.resolve(inspector.url() ?? '');
  }

  closeInspector(): Promise<void> {
    this.#debugging = false;
    if (this.#opened) inspector.close();
    this.#opened = false;
    return Promise.resolve();
  }

  #heard(message: HostMessage): void {
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
      default:
    }
  }
}
