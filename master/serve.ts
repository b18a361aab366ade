import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { ErrorCodes, ResponseError, type MessageConnection } from 'vscode-jsonrpc/node';
import { serveAgents } from './agent/serve-agents.ts';
import type { Clock } from './clock.ts';
import { describeThisProcess } from './describe-process.ts';
import { recordCpuProfile, takeHeapSnapshot } from './inspector/record-profile.ts';
import type { LogStore } from './logs/log-store.ts';
import { PacedFollow } from './logs/paced-follow.ts';
import type { Master } from './master.ts';
import { messageConnection } from './message-connection.ts';
import { servePackages } from './packages/serve-packages.ts';
import {
  answeredNotification,
  applyRequest,
  configurationRequest,
  debugRequest,
  describeRequest,
  endDebugRequest,
  endpointRequest,
  factoriesRequest,
  followRequest,
  helloRequest,
  leaveRequest,
  historyRequest,
  logLinesNotification,
  logsRequest,
  profileRequest,
  protocolVersion,
  restartRequest,
  shutdownRequest,
  snapshotsNotification,
  snapshotsRequest,
  startRequest,
  stopRequest,
  swapRequest,
  timelineRequest,
  unfollowRequest,
  type ApplyParams,
  type Factory,
  type Outcome,
  type Plan,
  type ToldWorkers,
} from './protocol.ts';
import { Pushes } from './pushes.ts';
import { Timelines } from './timelines.ts';
import { sourceFilesOf } from './world/source-files.ts';
import { describeRefusal } from './world/why-refused.ts';
import { readEffectiveConfiguration } from './world/read-effective-configuration.ts';

/** How a workers file is read. */
export interface Reading {
  /** Names the overlay that is laid over it; undefined for none. */
  environment: string | undefined;
  /** Whether each worker has a free port of its own, in place of the one it names. */
  isolated: boolean;
}

export interface ServeOptions {
  readonly master: Master;
  readonly clock: Clock;
  readonly logs: LogStore;
  /** The real path of the workers file. */
  readonly file: string;
  readonly socket: string;
  /** How the file is read; applying it may change that. */
  readonly reading: Reading;
  /** Resolves when the file has been read for the first time: orders wait until their workers are known. */
  readonly known: Promise<void>;
  /** Called with the number of owners after each change. */
  readonly ownersChanged: (owners: number) => void;
  /** Stops every worker; the outcomes are the answer to a client's `shutdown`. Ends the master once that has arrived. */
  readonly shutdown: (answered: Promise<void>) => Promise<readonly Outcome[]>;
  /** Ends the master and leaves what can go on without it, once the answer has arrived; false where it stays. */
  readonly leave: (answered: Promise<void>) => Promise<boolean>;
}

export interface MasterServer {
  close(): Promise<void>;
}

/** Snapshots of all changes within this time go out as one. Milliseconds. */
const frameMs = 16;

/** How often what the workers use is measured while anybody looks. Milliseconds. */
const sampleMs = 5_000;

/** A client that has this much unread is given no more log lines until it has read them. Bytes. */
const backlogLimit = 4 * 1024 * 1024;

/** Answers clients on the private socket until closed. */
export async function serveMaster(options: ServeOptions): Promise<MasterServer> {
  const clients = new Set<Client>();
  const timelines = new Timelines();
  const pushes = new Pushes(options.master, () => {
    for (const client of clients) client.tell();
  });
  let cancelSample: (() => void) | undefined;
  const sampleWhileWatched = () => {
    cancelSample ??= options.clock.after(sampleMs, () => {
      cancelSample = undefined;
      if (clients.size === 0) return;
      void options.master.measure().then(() => {
        pushes.flush({ all: true });
        sampleWhileWatched();
      });
    });
  };
  const owners = () => [...clients].filter(({ owner }) => owner).length;
  const server = createServer((socket) => {
    const client = new Client(socket, options, { timelines, pushes }, () => options.ownersChanged(owners()));
    clients.add(client);
    sampleWhileWatched();
    socket.once('close', () => {
      clients.delete(client);
      client.dispose();
      if (client.owner) options.ownersChanged(owners());
    });
  });
  await listen(server, options.socket);
  let timer: NodeJS.Timeout | undefined;
  const unsubscribe = options.master.onDidChange((changed) => {
    timelines.add(options.master.standings(changed));
    pushes.add(changed);
    timer ??= setTimeout(() => {
      timer = undefined;
      pushes.flush();
    }, frameMs);
  });
  return {
    async close() {
      unsubscribe();
      cancelSample?.();
      clearTimeout(timer);
      for (const client of clients) client.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(server: Server, socket: string): Promise<void> {
  if (process.platform !== 'win32') rmSync(socket, { force: true });
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const message = `The master cannot take clients at ${socket} (${error.message}): set HSU_RUNTIME_DIR to a folder whose file system has sockets.`;
      reject(new Error(message, { cause: error }));
    });
    server.listen(socket, () => {
      if (process.platform !== 'win32') chmodSync(socket, 0o600);
      resolve();
    });
  });
}

/** One connection. It is told nothing before it has said hello in our version. */
class Client {
  owner = false;
  readonly #socket: Socket;
  readonly #connection: MessageConnection;
  readonly #options: ServeOptions;
  readonly #timelines: Timelines;
  readonly #follows = new Map<string, PacedFollow>();
  readonly #pushes: Pushes;
  /** The version of the snapshots it was told of last; undefined before it has said hello. */
  #told: number | undefined;
  /** The number of its last push. */
  #seq = 0;
  #behind = false;

  constructor(
    socket: Socket,
    options: ServeOptions,
    { timelines, pushes }: { readonly timelines: Timelines; readonly pushes: Pushes },
    ownersChanged: () => void,
  ) {
    this.#socket = socket;
    this.#options = options;
    this.#timelines = timelines;
    this.#pushes = pushes;
    this.#connection = messageConnection(socket);
    socket.on('error', () => socket.destroy());
    socket.on('drain', () => {
      for (const following of this.#follows.values()) following.goOn();
      if (!this.#behind) return;
      this.#behind = false;
      this.tell();
    });
    this.#listen(ownersChanged);
    this.#connection.listen();
  }

  /** Snapshots are whole, so a client that reads slowly misses those of a worker in between and gets the newest. */
  tell(): void {
    if (this.#told === undefined) return;
    if (this.#socket.writableLength > backlogLimit) {
      this.#behind = true;
      return;
    }
    for (const changes of this.#pushes.since(this.#told)) {
      this.#seq += 1;
      this.#connection.sendNotification(snapshotsNotification, { seq: this.#seq, ...changes }).catch(() => undefined);
    }
    this.#told = this.#pushes.version;
  }

  end(): void {
    this.#connection.end();
    this.#socket.destroySoon();
  }

  dispose(): void {
    for (const following of this.#follows.values()) following.dispose();
    this.#follows.clear();
    this.#connection.dispose();
  }

  /** What is pushed from now on is told of after this. */
  #all(): ToldWorkers {
    this.#pushes.flush({ all: true });
    this.#told = this.#pushes.version;
    return { seq: this.#seq, workers: this.#pushes.workers };
  }

  /** Resolves when the client has its answer, or is gone. */
  #answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.onNotification(answeredNotification, resolve);
      this.#socket.once('close', () => {
        resolve();
      });
    });
  }

  #listen(ownersChanged: () => void): void {
    const { master, logs, file, reading } = this.#options;
    const connection = this.#connection;
    const { known } = this.#options;
    connection.onRequest(helloRequest, ({ protocol, owner }) => {
      if (protocol !== protocolVersion) {
        return new ResponseError<void>(
          ErrorCodes.InvalidRequest,
          `The running master speaks protocol ${protocolVersion}, this client ${protocol}: stop the master with the program that started it, then try again.`,
        );
      }
      this.owner = owner;
      if (owner) ownersChanged();
      return {
        protocol: protocolVersion,
        version: VERSION,
        pid: process.pid,
        file,
        environment: reading.environment ?? null,
        isolated: reading.isolated,
        told: this.#all(),
      };
    });
    connection.onRequest(snapshotsRequest, async () => {
      await master.measure();
      return this.#all();
    });
    connection.onRequest(applyRequest, (params) => inOwnWords(() => this.#apply(params)));
    const onceKnown = <R>(answer: () => R | Promise<R>): Promise<R> => inOwnWords(() => known.then(answer));
    // What an order has changed is told before its answer, and not at the end of a frame.
    const ordered = (order: () => Promise<readonly Outcome[]>) =>
      onceKnown(() => order().finally(() => this.#pushes.flush()));
    connection.onRequest(startRequest, ({ ids }) => ordered(() => master.start(ids)));
    connection.onRequest(stopRequest, ({ ids }) => ordered(() => master.stop(ids)));
    connection.onRequest(restartRequest, ({ ids }) => ordered(() => master.restart(ids)));
    connection.onRequest(swapRequest, ({ ids }) => ordered(() => master.swap(ids)));
    connection.onRequest(logsRequest, (params) =>
      onceKnown(() => {
        master.controller(params.id);
        return logs.lines(params);
      }),
    );
    connection.onRequest(followRequest, ({ id }) => onceKnown(() => this.#follow(id)));
    connection.onRequest(unfollowRequest, ({ id }) => this.#unfollow(id));
    connection.onRequest(debugRequest, ({ id, fromStart }) =>
      onceKnown(() => master.controller(id).debug({ fromStart })),
    );
    connection.onRequest(profileRequest, ({ id, kind, file: profile, seconds }, cancelled) =>
      onceKnown(async () => {
        const enough = new AbortController();
        cancelled.onCancellationRequested(() => enough.abort());
        const until = AbortSignal.any([enough.signal, AbortSignal.timeout(seconds * 1000)]);
        await master
          .controller(id)
          .inspect((address) =>
            kind === 'cpu' ? recordCpuProfile(address, profile, until) : takeHeapSnapshot(address, profile),
          );
      }),
    );
    connection.onRequest(endDebugRequest, ({ id }) => inOwnWords(() => master.controller(id).endDebug()));
    connection.onRequest(endpointRequest, ({ id, name }) => onceKnown(() => master.getWorkerEndpoint(id, name)));
    connection.onRequest(timelineRequest, ({ id }) => this.#timelines.of(id));
    connection.onRequest(historyRequest, ({ id }) => onceKnown(() => master.history(id)));
    connection.onRequest(configurationRequest, ({ id }) =>
      inOwnWords(() => readEffectiveConfiguration(file, reading.environment, id)),
    );
    connection.onRequest(factoriesRequest, () => onceKnown(() => this.#factories()));
    servePackages(connection, file, inOwnWords);
    serveAgents(connection, {
      master,
      logs,
      file,
      timelines: this.#timelines,
      environment: () => reading.environment,
      apply: (params) => this.#apply(params),
    });
    connection.onRequest(describeRequest, describeThisProcess);
    connection.onRequest(leaveRequest, () => this.#options.leave(this.#answered()));
    connection.onRequest(shutdownRequest, () => this.#options.shutdown(this.#answered()));
  }

  #factories(): Promise<readonly Factory[]> {
    const { master } = this.#options;
    const loaded = master.snapshots().flatMap(({ id, last_error: error }) => {
      if (error?.code === 'configuration') return [];
      const { deployment } = master.controller(id).resolved;
      const module = deployment.kind === 'process' ? deployment.hosted : deployment;
      return module?.kind === 'module' && module.path !== '' ? [{ id, module }] : [];
    });
    return Promise.all(
      loaded.map(async ({ id, module }) => ({
        id,
        entryPoint: module.entryPoint ?? null,
        sources: await sourceFilesOf(module.path),
      })),
    );
  }

  async #apply(params: ApplyParams): Promise<Plan> {
    const { master, reading } = this.#options;
    const before = { ...reading };
    if (params.environment !== undefined) reading.environment = params.environment ?? undefined;
    if (params.isolated !== undefined) reading.isolated = params.isolated;
    try {
      return await master.apply(params);
    } catch (error) {
      Object.assign(reading, before);
      throw error;
    } finally {
      if (params.dryRun) Object.assign(reading, before);
    }
  }

  #follow(id: string): void {
    this.#options.master.controller(id);
    if (this.#follows.has(id)) return;
    const following = new PacedFollow({
      logs: this.#options.logs,
      id,
      isBehind: () => this.#socket.writableLength > backlogLimit,
      give: (lines, dropped) => {
        this.#connection.sendNotification(logLinesNotification, { id, lines, dropped }).catch(() => undefined);
      },
    });
    this.#follows.set(id, following);
  }

  #unfollow(id: string): void {
    this.#follows.get(id)?.dispose();
    this.#follows.delete(id);
  }
}

/** Lets a failure reach the client as its own sentence, without the library's words about the request. */
async function inOwnWords<R>(answer: () => Promise<R>): Promise<R> {
  try {
    return await answer();
  } catch (error) {
    throw new ResponseError<void>(
      ErrorCodes.InternalError,
      describeRefusal(error) ?? (error instanceof Error ? error.message : String(error)),
    );
  }
}
