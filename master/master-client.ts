import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { CancellationTokenSource, type CancellationToken, type MessageConnection } from 'vscode-jsonrpc/node';
import type { EffectiveSetting } from './config/effective-configuration.ts';
import type { Endpoint, ResourceSample, WorkerSnapshot } from './lifecycle/worker-snapshot.ts';
import { SnapshotList, type SnapshotNews } from './lifecycle/snapshot-list.ts';
import type { SnapshotFeed } from './snapshot-feed.ts';
import { within } from './within.ts';
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
  leaveRequest,
  historyRequest,
  logLinesNotification,
  logsRequest,
  installPackageRequest,
  packageProgress,
  packagesRequest,
  profileRequest,
  removePackageRequest,
  rollbackPackageRequest,
  restartRequest,
  shutdownRequest,
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

/** What the master says of itself and its workers to one who comes. */
export interface Greeting extends Omit<Welcome, 'told'> {
  readonly workers: readonly WorkerSnapshot[];
}

/** A master as its clients see it: one method a request. */
export class MasterClient {
  readonly welcome: Greeting;
  /** The version of the master that has left for this one. */
  readonly follows: string | undefined;
  readonly #connection: MessageConnection;
  readonly #socket: Socket;
  readonly #feed: SnapshotFeed;

  /** `feed` has heard every push since before the welcome. */
  constructor(
    connection: MessageConnection,
    socket: Socket,
    feed: SnapshotFeed,
    { welcome, follows }: { readonly welcome: Welcome; readonly follows: string | undefined },
  ) {
    this.follows = follows;
    this.#connection = connection;
    this.#socket = socket;
    this.#feed = feed;
    const { told, ...greeting } = welcome;
    feed.begin(told);
    this.welcome = { ...greeting, workers: feed.workers };
  }

  /** As they are now, with what they use measured for it. */
  async snapshots(): Promise<readonly WorkerSnapshot[]> {
    return new SnapshotList((await this.#connection.sendRequest(snapshotsRequest)).workers).workers;
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
    return this.#connection.sendRequest(profileRequest, params, cancelledBy(signal));
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
    const listening = this.#connection.onProgress(packageProgress, token, progress);
    try {
      return await this.#connection.sendRequest(installPackageRequest, { ...params, token }, cancelledBy(signal));
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
    return this.#connection.sendRequest(agentRequest, call, ...(signal ? [cancelledBy(signal)] : []));
  }

  async agentPreview(call: AgentCall): Promise<AgentPreview | null> {
    return this.#connection.sendRequest(agentPreviewRequest, call);
  }

  /** Asks the master to end and to leave its workers to the next one; resolves to whether it has. */
  async leave(): Promise<boolean> {
    const leaves = await this.#connection.sendRequest(leaveRequest);
    if (!leaves) return false;
    await this.#answered();
    return true;
  }

  /** Resolves when the master is gone. */
  async shutdown(): Promise<readonly Outcome[]> {
    const outcomes = await this.#connection.sendRequest(shutdownRequest);
    await this.#answered();
    return outcomes;
  }

  /** Tells the master, which ends, that its answer has come; resolves when it is gone. */
  async #answered(): Promise<void> {
    if (!this.#socket.destroyed) await this.#connection.sendNotification(answeredNotification).catch(() => undefined);
    await this.closed();
  }

  /** As they were pushed last. */
  get workers(): readonly WorkerSnapshot[] {
    return this.#feed.workers;
  }

  /** Told of `workers` after every push, and which of them it was about: the others are the same objects as before. */
  onSnapshots(listener: (workers: readonly WorkerSnapshot[], news: SnapshotNews) => void): { dispose(): void } {
    return this.#feed.onNews(listener);
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

/** Cancels a request when the signal aborts. */
function cancelledBy(signal: AbortSignal): CancellationToken {
  const source = new CancellationTokenSource();
  signal.addEventListener('abort', () => source.cancel(), { once: true });
  return source.token;
}
