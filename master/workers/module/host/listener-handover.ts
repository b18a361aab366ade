import type http from 'node:http';
import net from 'node:net';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';
import { isMethod, wrapMethod } from './wrap-method.ts';

/** Who listens on what, of one run of a module. */
export interface Listeners {
  readonly servers: ReadonlySet<net.Server>;
}

/**
 * Lets a fresh run of a module take over what the run before listens on, without a moment in which nobody does. Both
 * live in one thread: until the take-over the fresh one listens on free ports instead; then each pair of servers
 * exchanges its sockets, and what had arrived on them stays.
 */
export class ListenerHandover {
  readonly #former: Listeners;
  readonly #run: (callback: () => unknown) => unknown;
  readonly #pairs: { readonly fresh: net.Server; readonly former: net.Server }[] = [];
  /** Which port stands for which in what the module tells of itself. */
  readonly #ports = new Map<number, number>();

  /** `run` runs a callback in the fresh run's async context. */
  constructor(former: Listeners, run: (callback: () => unknown) => unknown) {
    this.#former = former;
    this.#run = run;
  }

  /** The arguments to listen with: a free port in place of one that the run before holds. `listening` is told of it. */
  place(fresh: net.Server, args: readonly unknown[], listening: () => void): readonly unknown[] {
    const [options, callback] = normalize(args);
    const wanted = Number(Reflect.get(options, 'port'));
    const former = [...this.#former.servers].find((server) => portOf(server) === wanted);
    if (!former) return args;
    this.#pairs.push({ fresh, former });
    fresh.once('listening', () => {
      const port = portOf(fresh);
      if (port !== undefined) this.#ports.set(wanted, port);
      listening();
    });
    return [{ ...options, port: 0 }, ...(isMethod(callback) ? [callback] : [])];
  }

  /** What the module says of where it is, as it is true now. */
  translate(endpoint: Endpoint): Endpoint {
    const move = (text: string) =>
      text.replace(/([:-])(\d+)(?=$|[/?#])/, (whole, before: string, port: string) => {
        const moved = this.#ports.get(Number(port));
        return moved === undefined ? whole : `${before}${moved}`;
      });
    const { name, address } = endpoint;
    return { ...endpoint, address: move(address), name: /^port-\d+$/.test(name) ? move(name) : name };
  }

  /** A socket carries the async context that it was made in: what comes in on this one belongs to another run now. */
  #adopt(fresh: net.Server): void {
    const handle: unknown = Reflect.get(fresh, '_handle');
    if (!isObject(handle)) return;
    const run = this.#run;
    wrapMethod(handle, 'onconnection', (original) => {
      return function (...args) {
        return run(() => original.apply(this, args));
      };
    });
  }

  /** From now on the fresh servers accept what arrives; those of the run before finish what they have begun. */
  takeOver(): void {
    for (const { fresh, former } of this.#pairs) {
      const [held, spare] = [portOf(former), portOf(fresh)];
      if (held === undefined || spare === undefined || !exchange(fresh, former)) continue;
      this.#adopt(fresh);
      this.#ports.delete(held);
      this.#ports.set(spare, held);
      // A client that keeps its connection is told to come back on a new one.
      if (former instanceof process.getBuiltinModule('node:http').Server) {
        former.prependListener('request', (_request: unknown, response: http.ServerResponse) => {
          response.shouldKeepAlive = false;
        });
      }
    }
  }
}

/**
 * Exchanges the sockets of two servers. Node keeps a server's socket in `_handle`, and the socket's server under a symbol
 * named "owner_symbol", in every version supported. False, with nothing changed, where that is not so.
 */
function exchange(one: net.Server, other: net.Server): boolean {
  const handles = [one, other].map((server): unknown => Reflect.get(server, '_handle'));
  const [handle, spare] = handles;
  if (!isObject(handle) || !isObject(spare)) return false;
  const owner = Object.getOwnPropertySymbols(handle).find(({ description }) => description === 'owner_symbol');
  if (owner === undefined || Reflect.get(spare, owner) !== other || Reflect.get(handle, owner) !== one) return false;
  Reflect.set(one, '_handle', spare);
  Reflect.set(other, '_handle', handle);
  Reflect.set(spare, owner, one);
  Reflect.set(handle, owner, other);
  return true;
}

/** `(port, host, backlog, callback)` and all its other forms, as Node itself reads them. */
function normalize(args: readonly unknown[]): readonly [object, unknown] {
  const read: unknown = Reflect.get(net, '_normalizeArgs');
  const result: unknown = isMethod(read) ? read.call(net, args) : undefined;
  if (!Array.isArray(result)) return [{}, undefined];
  const [options, callback] = result as readonly unknown[];
  return [isObject(options) ? options : {}, callback];
}

function portOf(server: net.Server): number | undefined {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
