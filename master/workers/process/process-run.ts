import type { StopConfig } from '../../config/worker-config.ts';
import type {
  Endpoint,
  Enforcement,
  Fate,
  LimitInForce,
  Resources,
  WorkerFailure,
} from '../../lifecycle/worker-snapshot.ts';
import { megabytes } from '../../lifecycle/megabytes.ts';
import { closeInspectorAt } from '../../inspector/close-inspector.ts';
import {
  WorkerError,
  type Run,
  type RunContext,
  type RunEnd,
  type SavedRun,
  type StopReport,
  type Usage,
} from '../worker.ts';
import type { SignalRefusal } from './allowed-signals.ts';
import { endTree } from './end-tree.ts';
import type { NotifyChannel } from './notify-channel.ts';
import { runStopCommand, stopCommandOf, type StopCommand } from './stop-command.ts';
import { discoveredEndpoints } from './endpoints.ts';
import { explainExit, type ProcessExit } from './explain-exit.ts';
import type { LimitHold } from './limits/hold-limits.ts';
import { identityOf, type TreeRoots } from './process-tree.ts';
import { inspectorIn, openNodeInspector, type NodeInspector } from './node-inspector.ts';
import { readTail } from './read-tail.ts';
import type { ProcessEntry, ProcessTable, Traffic } from './table/process-table.ts';
import { TreeMeter } from './tree-meter.ts';

/** How long a Node program may take to come to the point before its first line, in milliseconds. */
const heldWithinMs = 20_000;

/** The first process of a run. */
export interface Leader {
  readonly pid: number;
  readonly start: string;
  readonly startOrder: number;
  readonly boot: string;
  readonly startedAt: string;
  readonly exit: Promise<ProcessExit>;
}

export interface ProcessRunParts {
  readonly id: string;
  readonly table: ProcessTable;
  readonly markers: readonly string[];
  readonly leader: Leader;
  readonly context: RunContext;
  /** What is known of where it listens. */
  readonly endpoints: readonly Endpoint[];
  /** What it has told of itself. */
  readonly registered?: () => readonly Endpoint[];
  /** The port the master handed out, for whoever takes the run over. */
  readonly port?: number;
  readonly scope?: 'process' | 'group';
  /** Where it says that it is ready, where that is waited for. */
  readonly notify?: NotifyChannel;
  readonly wasReady?: boolean;
  /** What keeps it to its limits. */
  readonly hold?: LimitHold;
  /** How its leader is asked to end, and with what a command for that is run. */
  readonly stop?: StopConfig;
  readonly command?: Pick<StopCommand, 'workingDirectory' | 'environment'>;
  readonly enforcement?: Enforcement;
  /** Signals that may not be sent to it. */
  readonly refused?: SignalRefusal;
}

/** A run of a process worker: the leader and its whole tree. */
export class ProcessRun implements Run {
  readonly pid: number;
  readonly hostPid: number;
  readonly startedAt: string;
  readonly over: Promise<RunEnd>;
  readonly fate: Fate = { scope: 'itself', with: [] };
  readonly #parts: ProcessRunParts;
  readonly #known = new Set<string>();
  readonly #cpu = new TreeMeter();
  /** Of its own: two readings shortly after each other would say anything. */
  readonly #cpuOfLimits = new TreeMeter();
  readonly #reads = new TreeMeter();
  readonly #writes = new TreeMeter();
  readonly #hold: LimitHold | undefined;
  #discovered: readonly Endpoint[] = [];
  #ended = false;
  #isReady: boolean;
  #stopping: Promise<StopReport> | undefined;
  #inspector: NodeInspector | undefined;
  /** The program has opened it itself, and we let a debugger at it. */
  #ownInspector: string | undefined;

  constructor(parts: ProcessRunParts) {
    const { leader } = parts;
    this.#parts = parts;
    this.#isReady = parts.wasReady ?? false;
    this.#hold = parts.hold;
    this.pid = leader.pid;
    this.hostPid = leader.pid;
    this.startedAt = leader.startedAt;
    this.over = leader.exit.then((exit) => this.#explain(exit));
  }

  get wasReady(): boolean {
    return this.#parts.wasReady ?? false;
  }

  noteReady(): void {
    this.#isReady = true;
  }

  async saysReady(signal: AbortSignal): Promise<void> {
    await this.#parts.notify?.ready(signal);
  }

  async strangerOn(port: number): Promise<string | undefined> {
    const { leader, table } = this.#parts;
    const members = new Set((await this.#members()).map(({ pid }) => pid));
    // What came after the leader may well listen for it, as a container's proxy does.
    const earlier = (await table.list()).filter(
      ({ pid, startOrder }) => startOrder < leader.startOrder && !members.has(pid),
    );
    const socket = (await table.listening(earlier.map(({ pid }) => pid))).find((one) => one.port === port);
    const owner = earlier.find(({ pid }) => pid === socket?.pid);
    return owner && `${owner.name} (pid ${owner.pid})`;
  }

  get debugging(): boolean {
    return this.#inspector !== undefined;
  }

  get enforcement(): Enforcement {
    const memory = this.limits().find(({ resource }) => resource === 'memory');
    return {
      ...this.#parts.enforcement,
      ...(memory ? { memoryLimit: memory.enforced_by === 'watching' ? 'watched' : 'enforced' } : {}),
    };
  }

  endpoints(): readonly Endpoint[] {
    return [...(this.#parts.registered?.() ?? []), ...this.#parts.endpoints, ...this.#discovered];
  }

  async discover(): Promise<void> {
    const members = await this.#members();
    const sockets = await this.#parts.table.listening(members.map(({ pid }) => pid));
    const found = discoveredEndpoints(sockets, this.#parts.endpoints, this.#inspector?.address);
    if (JSON.stringify(found) === JSON.stringify(this.#discovered)) return;
    this.#discovered = found;
    this.#parts.context.changed();
  }

  healthy(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async resources(): Promise<Resources | null> {
    const members = await this.#members();
    if (members.length === 0) return null;
    return {
      cpu_percent: percentOf(this.#cpu, members),
      rss_bytes: members.reduce((total, { rssBytes }) => total + rssBytes, 0),
      heap_bytes: null,
    };
  }

  async usage(): Promise<Usage | null> {
    const members = await this.#members();
    if (members.length === 0) return null;
    const { table } = this.#parts;
    const files = await Promise.all(members.map(({ pid }) => table.openFiles(pid)));
    const known = files.filter((count) => count !== null);
    const sum = (of: (member: ProcessEntry) => number) => members.reduce((total, member) => total + of(member), 0);
    const percent = percentOf(this.#cpuOfLimits, members);
    return {
      rss_bytes: sum(({ rssBytes }) => rssBytes),
      virtual_bytes: members.some(({ virtualBytes }) => virtualBytes === undefined)
        ? null
        : sum(({ virtualBytes = 0 }) => virtualBytes),
      cpu_percent: percent,
      cpu_time_ms: this.#cpuOfLimits.total,
      open_files: known.length === 0 ? null : Math.max(...known),
      processes: members.length,
      ...(await this.#traffic(members)),
      memory_kills: this.#hold?.memoryKills() ?? 0,
    };
  }

  /** Bytes a second from and to disks; looked at only where they are limited. */
  async #traffic(members: readonly ProcessEntry[]): Promise<Pick<Usage, 'read_bps' | 'write_bps'>> {
    const { maxReadBps, maxWriteBps } = this.#parts.context.limits ?? {};
    if (maxReadBps === undefined && maxWriteBps === undefined) return { read_bps: null, write_bps: null };
    const { table } = this.#parts;
    const found = await Promise.all(
      members.map(async (member) => ({ member: identityOf(member), traffic: await table.traffic(member.pid) })),
    );
    const known = found.flatMap(({ member, traffic }) => (traffic ? [{ member, traffic }] : []));
    if (known.length === 0) return { read_bps: null, write_bps: null };
    const rate = (meter: TreeMeter, bytes: (traffic: Traffic) => number) => {
      const perSecond = meter.perSecond(new Map(known.map(({ member, traffic }) => [member, bytes(traffic)])));
      return perSecond === null ? null : Math.round(perSecond);
    };
    return {
      read_bps: rate(this.#reads, ({ readBytes }) => readBytes),
      write_bps: rate(this.#writes, ({ writtenBytes }) => writtenBytes),
    };
  }

  limits(): readonly LimitInForce[] {
    return this.#hold?.inForce ?? [];
  }

  async throttle(): Promise<string> {
    const members = await this.#members();
    return this.#hold?.throttle(members.map(({ pid }) => pid)) ?? 'nothing holds it';
  }

  /** Nothing of it runs on until `goOn`, also nothing that is being started just now. */
  async hold(): Promise<void> {
    const asked = new Set<string>();
    for (;;) {
      const members = (await this.#members()).filter((member) => !asked.has(identityOf(member)));
      if (members.length === 0) return;
      for (const member of members) {
        asked.add(identityOf(member));
        await this.#parts.table.signal(member.pid, 'SIGSTOP', 'process');
      }
    }
  }

  async goOn(): Promise<void> {
    for (const { pid } of await this.#members()) await this.#parts.table.signal(pid, 'SIGCONT', 'process');
  }

  async stop(graceMs: number): Promise<StopReport> {
    // A start that is given up: nobody has let go of it before.
    if (this.#inspector) await this.closeInspector();
    // A program that stands at a breakpoint cannot end, nor can one while a debugger listens to it.
    if (this.#ownInspector !== undefined && !this.#ended) await closeInspectorAt(this.#ownInspector);
    this.#stopping ??= endTree(
      {
        worker: this.#parts.id,
        table: this.#parts.table,
        roots: () => this.#roots(),
        remember: (members) => {
          this.#remember(members);
        },
        ...(this.#ended ? {} : { leaderOver: this.#parts.leader.exit }),
        ask: (limitMs) => this.#ask(limitMs),
        ...(this.#parts.stop?.signal ? { askSignal: this.#parts.stop.signal } : {}),
        scope: this.#parts.scope ?? 'group',
        ...(this.#parts.refused ? { refused: this.#parts.refused } : {}),
      },
      graceMs,
    ).finally(() => {
      this.#stopping = undefined;
      this.#parts.notify?.close();
      this.#hold?.release();
    });
    return this.#stopping;
  }

  /** By the stop command, where there is one. */
  async #ask(limitMs: number): Promise<boolean> {
    const { id, stop, command, context, port, leader } = this.#parts;
    const asking = command && stopCommandOf(stop, { ...command, pid: leader.pid, port });
    if (!asking) return false;
    const why = await runStopCommand(asking, limitMs);
    if (why === null) return true;
    context.output.write('stderr', `${id}: the stop command ${asking.command} ${why}: ${id} is asked by a signal.\n`);
    return false;
  }

  saved(): SavedRun | null {
    const { leader, context, port } = this.#parts;
    return {
      number: context.number,
      pid: leader.pid,
      processStart: leader.start,
      boot: leader.boot,
      startedAt: leader.startedAt,
      stdoutFile: context.output.stdoutFile,
      stderrFile: context.output.stderrFile,
      ...(port === undefined ? {} : { port }),
      ...(this.#isReady ? { ready: true } : {}),
    };
  }

  async openInspector(): Promise<string> {
    this.#inspector ??= await openNodeInspector(
      this.#parts.id,
      this.#parts.table,
      await this.#members(),
      this.#parts.refused,
    );
    this.#parts.context.changed();
    return this.#inspector.address;
  }

  /** Finds where the program waits for a debugger before its first line. Rejects when it does not. */
  async waitingInspector(): Promise<string> {
    const { id, table, context } = this.#parts;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), heldWithinMs);
    const given = AbortSignal.any([limit.signal, context.signal]);
    void this.over.then(() => limit.abort());
    const address = await inspectorIn(table, () => this.#members(), given);
    clearTimeout(timer);
    if (address === undefined) {
      throw new WorkerError({
        code: 'internal',
        message: `${id} cannot be held before its first line: no Node program waited for a debugger. Attach while it runs, or let its package name a debugger in "debug".`,
      });
    }
    this.#inspector = { address, opened: true };
    context.changed();
    return address;
  }

  async closeInspector(): Promise<void> {
    const inspector = this.#inspector;
    this.#inspector = undefined;
    this.#parts.context.changed();
    if (!inspector || this.#ended) return;
    if (inspector.opened) await closeInspectorAt(inspector.address);
    else this.#ownInspector = inspector.address;
  }

  #explain(exit: ProcessExit): RunEnd {
    this.#ended = true;
    const { id, context } = this.#parts;
    const starved = this.#starved(exit);
    if (starved)
      return { how: 'failure', failure: starved, exit, isFinal: context.limits?.memoryPolicy === 'immediate_kill' };
    const port = this.#parts.endpoints.map(({ address }) => Number(new URL(address).port)).find((known) => known > 0);
    const failure = explainExit(id, exit, readTail(context.output.stderrFile), port);
    return failure ? { how: 'failure', failure, exit } : { how: 'exit', ...exit };
  }

  /** The kernel ended it, because it used more memory than its limit. */
  #starved({ signal }: ProcessExit): WorkerFailure | undefined {
    const limit = this.#parts.context.limits?.maxRssBytes;
    if (signal !== 'SIGKILL' || limit === undefined || !this.#hold || this.#hold.memoryKills() === 0) return undefined;
    const by = this.#hold.inForce.find(({ resource }) => resource === 'memory')?.enforced_by ?? 'the kernel';
    return {
      code: 'resource-limit',
      message: `${this.#parts.id} used more memory than its limit of ${megabytes(limit)}, and the kernel ended it (${by}). Raise limits.memory.max_rss, or find what grows.`,
    };
  }

  async #members(): Promise<readonly ProcessEntry[]> {
    const members = await this.#parts.table.tree(this.#roots());
    this.#remember(members);
    return members;
  }

  /** Those that live now: one that is over cannot leave its parent any more. */
  #remember(members: readonly ProcessEntry[]): void {
    this.#known.clear();
    for (const member of members) this.#known.add(identityOf(member));
  }

  #roots(): TreeRoots {
    return { leader: this.#parts.leader, markers: this.#parts.markers, known: this.#known };
  }
}

/** Of one core, to a tenth. */
function percentOf(meter: TreeMeter, members: readonly ProcessEntry[]): number | null {
  const msPerSecond = meter.perSecond(new Map(members.map((member) => [identityOf(member), member.cpuMs])));
  return msPerSecond === null ? null : Math.round(msPerSecond) / 10;
}
