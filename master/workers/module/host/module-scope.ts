import { AsyncLocalStorage } from 'node:async_hooks';
import type net from 'node:net';
import type { Enter } from '../../../calls/publication.ts';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';
import type { RunEnd } from '../../worker.ts';
import type { HostMessage, ModuleStart } from '../host-protocol.ts';
import { ListenerHandover } from './listener-handover.ts';
import { OwnedResources } from './owned-resources.ts';
import { withoutLoadNumbers } from './load-number.ts';

/** The context that everything a module begins carries: timers, sockets and promises find their module by it. */
const scopes = new AsyncLocalStorage<ModuleScope>();

/** One run of one module inside a host thread: what belongs to it and what it told. */
export class ModuleScope {
  readonly start: ModuleStart;
  readonly resources = new OwnedResources();
  /** Those that listen now. */
  readonly servers = new Set<net.Server>();
  /** Present where a former run of the worker goes on in this thread. */
  readonly handover: ListenerHandover | undefined;
  /** What the module sees as `process.env`. */
  readonly environment: Record<string, string | undefined>;
  readonly #post: (message: HostMessage) => void;
  readonly #abort = new AbortController();
  readonly #endpoints = new Map<string, Endpoint>();
  /** The module has begun a process. */
  spawned = false;
  #over = false;

  constructor(start: ModuleStart, post: (message: HostMessage) => void, former?: ModuleScope) {
    this.start = start;
    this.handover = former && new ListenerHandover(former, (callback) => this.run(callback));
    this.environment = { ...process.env, ...start.environment };
    this.#post = post;
  }

  /** The scope of the code that runs now. */
  static current(): ModuleScope | undefined {
    return scopes.getStore();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Runs the module's code: whatever it begins belongs to this scope. */
  readonly run: Enter = (work, ...given) => scopes.run(this, work, ...given);

  abort(reason: Error): void {
    this.run(() => {
      this.#abort.abort(reason);
    });
  }

  write(stream: 'stdout' | 'stderr', text: string): void {
    if (text.length > 0) this.#post({ kind: 'output', run: this.start.run, stream, text: withoutLoadNumbers(text) });
  }

  setEndpoint(endpoint: Endpoint): void {
    this.#endpoints.set(`${endpoint.origin}:${endpoint.name}`, endpoint);
    this.postEndpoints();
  }

  removeEndpoint(origin: Endpoint['origin'], name: string): void {
    if (this.#endpoints.delete(`${origin}:${name}`)) this.postEndpoints();
  }

  /** Takes the place of the former run where that one listens. */
  takeOver(): void {
    this.handover?.takeOver();
    this.postEndpoints();
  }

  /** Ends the run from within, once: what comes later is a consequence of the first cause. */
  end(end: RunEnd): void {
    if (this.#over) return;
    this.#over = true;
    this.#post({ kind: 'over', run: this.start.run, end });
    this.abort(new Error(end.how === 'failure' ? end.failure.message : `${this.start.id} has ended.`));
  }

  /** Marks the run as over without telling: the master asked for it. */
  close(): void {
    this.#over = true;
  }

  postEndpoints(): void {
    const endpoints = [...this.#endpoints.values()].map((one) => this.handover?.translate(one) ?? one);
    this.#post({ kind: 'endpoints', run: this.start.run, endpoints });
  }
}
