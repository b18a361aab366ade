import { watch as watchFolder } from 'node:fs';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { systemClock, type Clock } from './clock.ts';
import { CallDirectory } from './calls/directory.ts';
import type { WorkerReading, WorkersFile } from './config/deployment.ts';
import { dial } from './dial.ts';
import { describeWorker } from './lifecycle/describe-worker.ts';
import { explainMemoryDeath, memoryDeath } from './former-death.ts';
import { LogStore, usualStoreBytes } from './logs/log-store.ts';
import { neutraliseText } from './logs/neutralise.ts';
import { LogOutputs } from './logs/outputs/log-outputs.ts';
import { untilLine } from './logs/until-line.ts';
import { Master } from './master.ts';
import { acquireLock, lockHolder, type Lock } from './master-lock.ts';
import { MasterLog } from './master-log.ts';
import { MetricsServer } from './metrics/metrics-server.ts';
import { placesOf, preparePlaces, socketIn, type Places } from './places.ts';
import type { Outcome, Plan } from './protocol.ts';
import { untilReady, type ReadinessEnvironment } from './readiness/until-ready.ts';
import { watchRun } from './readiness/watch-run.ts';
import { identifyProcess, reapAbandoned } from './reap-abandoned.ts';
import { maskOf } from './secrets/mask.ts';
import { secretsOf } from './secrets/secrets-of.ts';
import { serveMaster, type Reading } from './serve.ts';
import { readState, StateFile } from './state-file.ts';
import { isolate, namedPort, takesOver } from './config/isolate.ts';
import { handOutPort } from './workers/process/hand-out-port.ts';
import { createWorkerFactory } from './workers/create-worker.ts';
import { thisMachine } from './workers/process/table/process-table.ts';
import type { RegisteredFactory } from './workers/module/registered-module.ts';
import { readWorkersFromDisk } from './world/read-configuration.ts';

export interface OpenMasterOptions {
  /** The workers file. */
  readonly file: string;
  /** How long the master outlives its last owner, in milliseconds; without it, it needs no owner. */
  readonly graceMs?: number;
  /** Names the overlay to lay over the file: workers.NAME.yaml beside it. */
  readonly environment?: string;
  /** Gives each worker a free port of its own, in place of the one it names. */
  readonly isolated?: boolean;
  /** What relative paths in the file are relative to, where that is not its own folder. */
  readonly folder?: string;
  /** Modules compiled into this program, by the names that `module_name` says. */
  readonly factories?: ReadonlyMap<string, RegisteredFactory>;
  readonly clock?: Clock;
  /** Where `log_collection` writes what it sends to stdout and stderr; the process' own where it is not given. */
  readonly output?: { readonly stdout: Writable; readonly stderr: Writable };
  /** Awaited when every worker has been stopped, while their output can still be read. */
  readonly stopped?: () => Promise<void>;
}

/** The output of a worker that is not in the file any more waits so long for it to come back. Milliseconds: a week. */
const keptLogsMs = 7 * 24 * 3_600_000;

/** How long the first owner may take to come, who began this master and is on the way, on a busy machine too. Milliseconds. */
const firstOwnerMs = 30_000;

/** How long the master waits for word that its last answer has arrived. Milliseconds. */
const answerMs = 2_000;

/** A master that clients can connect to. */
export interface OpenMaster {
  readonly master: Master;
  readonly logs: LogStore;
  /** Whether `log_collection` writes the lines of a stream to stdout or stderr. */
  readonly prints: (stream: 'stdout' | 'stderr') => boolean;
  readonly places: Places;
  /** The file is applied and what a former master left is taken over. */
  readonly ready: Promise<Plan>;
  /** Resolves when the master has ended, whoever ended it; to false when its process must be ended by force. */
  readonly closed: Promise<boolean>;
  /** Stops every worker, then answers nobody any more. */
  close(): Promise<readonly Outcome[]>;
}

/** Thrown when another process is the master of the file already. */
export class MasterRunsError extends Error {
  constructor(file: string, pid: number | undefined) {
    super(
      `A master of ${file} runs already (pid ${pid ?? 'unknown'}): use it with "hsu status", "hsu start", …, or end it there first.`,
    );
    this.name = 'MasterRunsError';
  }
}

/** Becomes the master of a workers file. Rejects with MasterRunsError when there is one. */
export async function openMaster(options: OpenMasterOptions): Promise<OpenMaster> {
  const { clock = systemClock } = options;
  const places = placesOf(options.file);
  preparePlaces(places);
  const lock = await takeLock(places);
  const reading: Reading = { environment: options.environment, isolated: options.isolated ?? false };
  const log = new MasterLog((sentence) => console.error(sentence));
  // What was secret once stays hidden: a worker that runs still may know it.
  const secrets = new Set<string>();
  let mask = maskOf(secrets);
  const canHold = (id: string): boolean => master.canBeHeld(id);
  const logs = new LogStore(places.workerLogs, () => mask, undefined, canHold);
  let becomeKnown: () => void = () => undefined;
  const known = new Promise<void>((resolve) => (becomeKnown = resolve));
  const directory = new CallDirectory({
    addressOf: (name) => socketIn(places.folder, name),
    known,
    changed: (worker) => master.refresh(worker),
  });
  const factory = createWorkerFactory({
    masterKey: places.key,
    calls: { directory, masterFolder: places.folder },
    notifyFolder: places.notify,
    ...(options.factories ? { factories: options.factories } : {}),
  });
  const former = readState(places.state);
  const death = memoryDeath(places.log);
  const state = new StateFile(places.state, former.state, (sentence) => console.error(sentence));
  const ownPorts = new Map<string, number>();
  const readWorkers = async (): Promise<WorkersFile> => {
    const file = await readWorkersFromDisk(places.file, reading.environment, options.folder);
    return reading.isolated ? isolateAll(file, ownPorts) : file;
  };
  const metrics = new MetricsServer(async () => {
    await master.measure();
    return master.snapshots();
  });
  const outputs = new LogOutputs({
    source: logs,
    folder: options.folder ?? path.dirname(places.file),
    cursors: places.outputs,
    master: places.key,
    stdout: options.output?.stdout ?? process.stdout,
    stderr: options.output?.stderr ?? process.stderr,
    failed: (sentence) => log.say('error', sentence),
  });
  const readiness: ReadinessEnvironment = {
    clock,
    untilLine: (id, pattern, signal) => untilLine(logs, id, pattern, signal),
  };
  const master: Master = new Master({
    clock,
    former: former.state,
    random: () => Math.random(),
    alert: (line) => log.say('warn', line),
    createWorker: (resolved) => factory.create(resolved),
    onOwnPort: async (resolved, former) =>
      namedPort(resolved) === undefined || takesOver(resolved, former)
        ? resolved
        : isolate(resolved, await handOutPort()),
    droppedLines: (id) => logs.droppedLines(id),
    outputWaits: (id) => logs.waits(id),
    openOutput: (id, run, saved) => logs.openRun(id, run, saved),
    untilReady: (run, worker, limitMs, signal) => untilReady(run, worker, limitMs, signal, readiness),
    watchHealth: (run, worker, signal, changed) => watchRun(run, worker, signal, changed, clock),
    read: async (): Promise<WorkersFile> => {
      const file = await readWorkers();
      for (const secret of await secretsOf(file)) secrets.add(secret);
      mask = maskOf(secrets);
      return file;
    },
    // The last words of a worker may stand in it, and move no cursor.
    mask: (text) => neutraliseText(mask.text(text)),
    applySettings: async (settings) => {
      factory.configureModuleHost(settings.moduleHost ?? {});
      // Workers run with metrics or without.
      log.level = settings.logLevel;
      await metrics.listen(settings.metricsPort).catch((error: unknown) => log.say('error', String(error)));
      const { maxBytes = usualStoreBytes, whenFull } = settings.logStore ?? {};
      logs.keepAtMost(maxBytes, whenFull);
      if (whenFull === 'block' && !thisMachine.canHold) log.say('warn', cannotBlock);
      await outputs.configure(settings.logCollection);
    },
    save: (changed) => state.save(changed),
  });

  logs.onDropped((id) => master.refresh(id));
  logs.onWaits((id) => master.followOutput(id));
  const states = new Map<string, string>();
  master.onDidChange((changed = new Set(master.ids)) => {
    if (!log.says('debug')) return;
    for (const id of changed) {
      const worker = master.told(id);
      if (!worker) continue;
      const sentence = describeWorker(worker);
      if (states.get(worker.id) !== sentence) log.say('debug', sentence);
      states.set(worker.id, sentence);
    }
  });

  const begin = async (): Promise<Plan> => {
    if (former.refused !== undefined) log.say('error', former.refused);
    const plan = await master.apply({ dryRun: false, restart: false }).finally(becomeKnown);
    const known = new Set(master.snapshots().map(({ id }) => id));
    const wanted = [...former.state].filter(([id, saved]) => known.has(id) && (saved.wanted || saved.run));
    for (const sentence of await reapAbandoned(
      places,
      wanted.map(([id]) => id),
    )) {
      log.say('warn', sentence);
    }
    // Where one is refused, the names of its replicas are not known.
    if (plan.refused.length === 0) logs.forget(known, clock.now() - keptLogsMs);
    // Their counts go on if they come back.
    state.save(
      new Map(
        [...former.state]
          .filter(([id]) => !known.has(id))
          .map(([id, { runs, restarts }]) => [id, { wanted: false, runs, restarts, run: null }]),
      ),
    );
    const inside = master.snapshots().filter(({ id, type }) => type === 'module' && former.state.get(id)?.wanted);
    const note = death === undefined || inside.length === 0 ? undefined : explainMemoryDeath(death, inside.map(idOf));
    if (note !== undefined) log.say('warn', note);
    await master.resume(former.state, note);
    return plan;
  };

  let ended: (canExit: boolean) => void = () => undefined;
  const closed = new Promise<boolean>((resolve) => (ended = resolve));
  let isLeaving = false;
  const stopAll = once(async () => {
    cancelGrace?.();
    await ready.catch(() => undefined);
    return isLeaving ? master.leave() : master.close();
  });
  const close = once(async () => {
    const outcomes = await stopAll();
    await options.stopped?.();
    const canExit = await factory.dispose();
    await metrics.listen(undefined);
    directory.close();
    await server.close();
    await outputs.close();
    logs.close();
    state.close();
    lock.release();
    ended(canExit);
    return outcomes;
  });
  // Closed at once, the socket would take the answer along: both sides handle a message some turns of the loop later.
  const closeWhen = (answered: Promise<void>) => {
    const cancel = clock.after(answerMs, () => void close());
    void answered.then(() => {
      cancel();
      return close();
    });
  };
  const shutdown = async (answered: Promise<void>) => {
    const outcomes = await stopAll();
    closeWhen(answered);
    return outcomes;
  };
  const leave = async (answered: Promise<void>) => {
    // Without a grace time it is of somebody's terminal; and a debugger would lose what it holds.
    if (options.graceMs === undefined || master.snapshots().some(({ debugging }) => debugging)) return false;
    isLeaving = true;
    log.say('info', `The master ${VERSION} leaves for one of a newer version.`);
    await stopAll();
    closeWhen(answered);
    return true;
  };

  let cancelGrace: (() => void) | undefined;
  const waitForOwner = (ms: number) => {
    cancelGrace = clock.after(ms, () => void close());
  };
  const ownersChanged = (owners: number) => {
    cancelGrace?.();
    cancelGrace = undefined;
    if (owners === 0 && options.graceMs !== undefined) waitForOwner(options.graceMs);
  };
  await directory.open({
    snapshot: (id) => master.controller(id).snapshot(),
    peer: (id) => master.controller(id).run?.calls,
    onDidChange: (listener) => master.onDidChange(listener),
  });
  const server = await serveMaster({
    master,
    clock,
    logs,
    file: places.file,
    socket: places.socket,
    reading,
    known,
    ownersChanged,
    shutdown,
    leave,
  });
  if (options.graceMs !== undefined) waitForOwner(Math.max(options.graceMs, firstOwnerMs));
  const ready = begin();
  return { master, logs, prints: (stream) => outputs.prints(stream), places, ready, closed, close };
}

const cannotBlock =
  'log_collection.default_worker.store.when_full: "block" has no effect here: this system cannot hold a process. The oldest lines go, and are counted.';

function idOf({ id }: { readonly id: string }): string {
  return id;
}

/** A worker keeps its port as long as the master lives. */
async function isolateAll(file: WorkersFile, ports: Map<string, number>): Promise<WorkersFile> {
  const workers: WorkerReading[] = [];
  for (const reading of file.workers) {
    const { id, resolved } = reading;
    const port = ports.get(id) ?? (await handOutPort());
    ports.set(id, port);
    workers.push(resolved ? { ...reading, resolved: isolate(resolved, port) } : reading);
  }
  return { ...file, workers };
}

/** Takes the lock; while a master that has it is closing, waits for it to be gone. */
async function takeLock(places: Places): Promise<Lock> {
  for (;;) {
    // Asked first: one in a container that shares the folder has a process id that says nothing here.
    const socket = await dial(places.socket);
    socket?.destroy();
    if (socket) throw new MasterRunsError(places.file, lockHolder(places.lock)?.pid);
    const result = await acquireLock(places.lock, identifyProcess);
    if ('release' in result) return result;
    await changeIn(places.folder);
  }
}

/** A holder that neither answers nor lets go may have been killed: its files then do not change. Milliseconds. */
const lookAgainMs = 200;

/** Resolves when a file of the folder changes, at the latest after a moment. */
function changeIn(folder: string): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      watcher.close();
      clearTimeout(timer);
      resolve();
    };
    const watcher = watchFolder(folder, done);
    const timer = setTimeout(done, lookAgainMs);
  });
}

/** Does it once, whoever asks how often. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
