import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CancellationTokenSource, type MessageConnection } from 'vscode-jsonrpc/node';
import { dial } from './dial.ts';
import { masterEnvironment, masterFlags } from './master-memory.ts';
import type { EffectiveSetting } from './config/effective-configuration.ts';
import type { Endpoint, ResourceSample, WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import { messageConnection } from './message-connection.ts';
import { placesOf, preparePlaces, type Places } from './places.ts';
import {
  agentPreviewRequest,
  agentRequest,
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
  historyRequest,
  logLinesNotification,
  logsRequest,
  installPackageRequest,
  packageProgress,
  packagesRequest,
  profileRequest,
  removePackageRequest,
  rollbackPackageRequest,
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
  type AgentAnswer,
  type AgentCall,
  type AgentPreview,
  type ApplyParams,
  type DebugParams,
  type DebugTarget,
  type Factory,
  type LogLine,
  type LogsParams,
  type MasterDescription,
  type Outcome,
  type Plan,
  type InstallPackageParams,
  type PackageList,
  type PackageProgress,
  type ProfileParams,
  type Transition,
  type Welcome,
} from './protocol.ts';

export interface ConnectOptions {
  /** The workers file; must exist. */
  readonly file: string;
  /** Shown in the master's log. */
  readonly name: string;
  /** An owner keeps the master alive. */
  readonly owner: boolean;
  /** Milliseconds a master may take to greet; absent: as long as it lives. */
  readonly patienceMs?: number;
  /** Starts a master when none answers, given how long it outlives its last owner, in seconds. */
  readonly spawn?: {
    readonly graceSeconds: number;
    /** Names the overlay to lay over the file: workers.NAME.yaml beside it. */
    readonly environment?: string;
  };
}

/** A master as its clients see it: one method a request. */
export class MasterClient {
  readonly welcome: Welcome;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;

  constructor(connection: MessageConnection, socket: Socket, welcome: Welcome) {
    this.#connection = connection;
    this.#socket = socket;
    this.welcome = welcome;
  }

  async snapshots(): Promise<readonly WorkerSnapshot[]> {
    return this.#connection.sendRequest(snapshotsRequest);
  }

  async apply(params: ApplyParams): Promise<Plan> {
    return this.#connection.sendRequest(applyRequest, params);
  }

  /** No ids: all. */
  async start(ids: readonly string[]): Promise<readonly Outcome[]> {
    return this.#connection.sendRequest(startRequest, { ids });
  }

  async stop(ids: readonly string[]): Promise<readonly Outcome[]> {
    return this.#connection.sendRequest(stopRequest, { ids });
  }

  async restart(ids: readonly string[]): Promise<readonly Outcome[]> {
    return this.#connection.sendRequest(restartRequest, { ids });
  }

  async swap(ids: readonly string[]): Promise<readonly Outcome[]> {
    return this.#connection.sendRequest(swapRequest, { ids });
  }

  async logs(params: LogsParams): Promise<readonly LogLine[]> {
    return this.#connection.sendRequest(logsRequest, params);
  }

  async follow(id: string): Promise<void> {
    return this.#connection.sendRequest(followRequest, { id });
  }

  async unfollow(id: string): Promise<void> {
    return this.#connection.sendRequest(unfollowRequest, { id });
  }

  async debug(params: DebugParams): Promise<DebugTarget> {
    return this.#connection.sendRequest(debugRequest, params);
  }

  /** Resolves when the file is written; aborting ends the recording early. */
  async profile(params: ProfileParams, signal: AbortSignal): Promise<void> {
    const source = new CancellationTokenSource();
    signal.addEventListener('abort', () => source.cancel(), { once: true });
    return this.#connection.sendRequest(profileRequest, params, source.token);
  }

  async endDebug(id: string): Promise<void> {
    return this.#connection.sendRequest(endDebugRequest, { id });
  }

  /** The first endpoint of a worker, or the one of this name. */
  async getWorkerEndpoint(id: string, name?: string): Promise<Endpoint> {
    return this.#connection.sendRequest(endpointRequest, { id, ...(name === undefined ? {} : { name }) });
  }

  async factories(): Promise<readonly Factory[]> {
    return this.#connection.sendRequest(factoriesRequest);
  }

  async packages(repositories: readonly string[]): Promise<PackageList> {
    return this.#connection.sendRequest(packagesRequest, { repositories });
  }

  /** Resolves to the version that is installed; aborting leaves nothing of it. */
  async installPackage(
    params: Omit<InstallPackageParams, 'token'>,
    progress: (progress: PackageProgress) => void,
    signal: AbortSignal,
  ): Promise<{ readonly version: string }> {
    const token = randomUUID();
    const source = new CancellationTokenSource();
    signal.addEventListener('abort', () => source.cancel(), { once: true });
    const listening = this.#connection.onProgress(packageProgress, token, progress);
    try {
      return await this.#connection.sendRequest(installPackageRequest, { ...params, token }, source.token);
    } finally {
      listening.dispose();
    }
  }

  async rollbackPackage(name: string): Promise<void> {
    return this.#connection.sendRequest(rollbackPackageRequest, { name });
  }

  async removePackage(name: string, version: string): Promise<void> {
    return this.#connection.sendRequest(removePackageRequest, { name, version });
  }

  async describe(): Promise<MasterDescription> {
    return this.#connection.sendRequest(describeRequest);
  }

  async timeline(id: string): Promise<readonly Transition[]> {
    return this.#connection.sendRequest(timelineRequest, { id });
  }

  async history(id: string): Promise<readonly ResourceSample[]> {
    return this.#connection.sendRequest(historyRequest, { id });
  }

  async configuration(id: string): Promise<readonly EffectiveSetting[]> {
    return this.#connection.sendRequest(configurationRequest, { id });
  }

  async agent(call: AgentCall, signal?: AbortSignal): Promise<AgentAnswer> {
    if (!signal) return this.#connection.sendRequest(agentRequest, call);
    const source = new CancellationTokenSource();
    signal.addEventListener('abort', () => source.cancel(), { once: true });
    return this.#connection.sendRequest(agentRequest, call, source.token);
  }

  async agentPreview(call: AgentCall): Promise<AgentPreview | null> {
    return this.#connection.sendRequest(agentPreviewRequest, call);
  }

  /** Resolves when the master is gone. */
  async shutdown(): Promise<readonly Outcome[]> {
    const outcomes = await this.#connection.sendRequest(shutdownRequest);
    if (!this.#socket.destroyed) await this.#connection.sendNotification(answeredNotification).catch(() => undefined);
    await this.closed();
    return outcomes;
  }

  /** Whole lists, from now on. */
  onSnapshots(listener: (workers: readonly WorkerSnapshot[]) => void): { dispose(): void } {
    return this.#connection.onNotification(snapshotsNotification, listener);
  }

  /** Reads nothing from the master until `resume`: what comes meanwhile waits there. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  onLogLines(listener: (message: { id: string; lines: readonly LogLine[]; dropped: number }) => void): {
    dispose(): void;
  } {
    return this.#connection.onNotification(logLinesNotification, listener);
  }

  /** Resolves to false when the master, alive or not, has not answered within `ms`. What is paused says nothing of it. */
  async answers(ms: number): Promise<boolean> {
    return this.#socket.isPaused() || (await within(ms, this.describe())) !== undefined || this.#socket.isPaused();
  }

  /** The connection is closed: a request that is open is answered by nobody. */
  get isClosed(): boolean {
    return this.#socket.destroyed;
  }

  /** Called once, when the master is gone or the connection was closed. */
  onClosed(listener: () => void): void {
    if (this.#socket.destroyed) queueMicrotask(listener);
    else this.#socket.once('close', listener);
  }

  /** Resolves when the master is gone or the connection was closed. */
  closed(): Promise<void> {
    return new Promise((resolve) => this.onClosed(resolve));
  }

  dispose(): void {
    this.#socket.destroy();
  }
}

/** Undefined when it takes longer. */
async function within<T>(ms: number, answer: Promise<T>): Promise<T | undefined> {
  const over = new AbortController();
  const late = wait(ms, undefined, { signal: over.signal }).catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    over.abort();
  }
}

/** Thrown when a master is there and does not answer. */
export class SilentMasterError extends Error {
  constructor(file: string, ms: number) {
    super(
      `The master of ${file} has not answered for ${ms / 1000} s: it is stopped (SIGSTOP), held by a debugger, or busy. Let it go on and look with "hsu status", or end it: ${placesOf(file).lock} names its process.`,
    );
    this.name = 'SilentMasterError';
  }
}

/** Thrown when no master answers and none was to be started. */
export class NoMasterError extends Error {
  constructor(file: string) {
    super(`No master is running for ${file}. Start one with "hsu run", or open the file's folder in the editor.`);
    this.name = 'NoMasterError';
  }
}

/**
 * Connects to the master of a workers file, starting one if asked to. Rejects with NoMasterError when none runs and
 * none may be started, otherwise with an error that says why the master could not be reached.
 */
export async function connectToMaster(options: ConnectOptions): Promise<MasterClient> {
  const places = placesOf(options.file);
  const running = await tryConnect(places, options);
  if (running) return running;
  if (!options.spawn) throw new NoMasterError(places.file);
  await spawnMaster(places, options.spawn);
  const started = await tryConnect(places, options);
  if (started) return started;
  throw new Error(`The master of ${places.file} started but does not answer on ${places.socket}; see ${places.log}.`);
}

async function tryConnect(places: Places, options: ConnectOptions): Promise<MasterClient | undefined> {
  const socket = await dial(places.socket);
  if (!socket) return undefined;
  const connection = messageConnection(socket);
  socket.on('error', () => socket.destroy());
  // Requests that are still open then are rejected; nobody would answer them any more.
  socket.once('close', () => connection.dispose());
  connection.listen();
  try {
    const hello = { protocol: protocolVersion, owner: options.owner, name: options.name };
    const { patienceMs } = options;
    const greeted = connection.sendRequest(helloRequest, hello);
    const welcome = await (patienceMs === undefined ? greeted : within(patienceMs, greeted));
    if (welcome) return new MasterClient(connection, socket, welcome);
    greeted.catch(() => undefined);
    throw new SilentMasterError(places.file, patienceMs ?? 0);
  } catch (error) {
    const wasClosing = socket.destroyed;
    socket.destroy();
    if (wasClosing) return undefined;
    throw error;
  }
}

/**
 * Starts a master in the background and resolves when it listens, or when it found that another one does already.
 * The master says so itself, by a byte on its fourth file descriptor.
 */
async function spawnMaster(
  places: Places,
  { graceSeconds, environment }: NonNullable<ConnectOptions['spawn']>,
): Promise<void> {
  preparePlaces(places);
  const log = openSync(places.log, 'a', 0o600);
  try {
    const child = spawn(
      process.execPath,
      [
        ...masterFlags,
        path.join(DIST_FOLDER, 'master.js'),
        ...['--file', places.file, '--grace', String(graceSeconds)],
        ...(environment === undefined ? [] : ['--env', environment]),
      ],
      {
        cwd: path.dirname(places.file),
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log, 'pipe'],
        env: { ...masterEnvironment, ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      },
    );
    const ready = child.stdio[3];
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) => {
        reject(new Error(`The master of ${places.file} cannot be started: ${error.message}.`));
      });
      ready?.once('data', () => resolve());
      child.once('exit', (code, signal) => {
        const last = readFileSync(places.log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
        reject(new Error(`The master of ${places.file} ended at once (${signal ?? `code ${code ?? '?'}`}):\n${last}`));
      });
    });
    child.removeAllListeners();
    ready?.destroy();
    child.unref();
  } finally {
    closeSync(log);
  }
}
