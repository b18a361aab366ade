import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import type { ProcessDeployment } from '../../config/deployment.ts';
import type { StopConfig } from '../../config/worker-config.ts';
import type { Endpoint, Enforcement } from '../../lifecycle/worker-snapshot.ts';
import { readEnvFile } from '../env-file.ts';
import { WorkerError, type RunContext, type SavedRun, type Worker } from '../worker.ts';
import { whenGone } from './adopted-exit.ts';
import { knownEndpoints } from './endpoints.ts';
import { argumentsWithPort, asksForPort, handOutPort } from './hand-out-port.ts';
import { endTree } from './end-tree.ts';
import { cgroupPrefix, holdLimits, type LimitHold } from './limits/hold-limits.ts';
import { openNotifyChannel, type NotifyChannel } from './notify-channel.ts';
import { childEnvironment, inheritedEnvironment, runMarker, workerMarkers } from './environment.ts';
import { checkExecutable, commandOf, isScript, type Command } from './executable.ts';
import type { ProcessExit } from './explain-exit.ts';
import { withInspectorPort } from './inspector-port.ts';
import { ProcessRun, type Leader } from './process-run.ts';
import { explainSpawn } from './spawn-failure.ts';
import { thisMachine, type ProcessTable } from './table/process-table.ts';
import { waitOption } from './wait-option.ts';

export interface ProcessWorkerOptions {
  readonly id: string;
  readonly deployment: ProcessDeployment;
  /** Tells this master's processes from those of any other master; the same after it is restarted. */
  readonly masterKey: string;
  /** Where its configuration says that it listens. */
  readonly endpoints?: readonly Endpoint[];
  /** The master hands it a port: as HSU_PORT, and as `{port}` or `--port N` among its arguments. */
  readonly isIntegrated?: boolean;
  /** Where its runs say that they are ready, where that is waited for. */
  readonly notifyFolder?: string;
  /** The executable is made one at start if need be, as the older masters do. */
  readonly makeExecutable?: boolean;
  /** How it is asked to end; by SIGTERM where nothing is said. */
  readonly stop?: StopConfig;
  /** Lets it call other workers, and be called. */
  readonly calls?: ProcessCalls;
  readonly enforcement?: Enforcement;
  /** What it takes over of the master's environment; computed where it is not given. */
  readonly inherited?: Readonly<Record<string, string>>;
  readonly table?: ProcessTable;
}

export interface ProcessCalls {
  /** Where a process finds its master. */
  readonly masterFolder: string;
  /** What a run has told of itself. */
  registered(run: number): readonly Endpoint[];
}

/** A worker that is an operating system's process of its own, with everything it starts. */
export function createProcessWorker(options: ProcessWorkerOptions): Worker {
  const { id, deployment, masterKey, table = thisMachine } = options;
  const markers = workerMarkers(id, masterKey);
  /** Ends what carries the worker's marks, but for the run of that number. */
  const endStrays = (kept?: number) => {
    const except = kept === undefined ? [] : [[runMarker(kept)]];
    const roots = () => ({ markers, known: new Set<string>(), except });
    return endTree({ worker: id, table, roots, remember: () => undefined }, 0);
  };
  // A master that was killed may have left a run it had no time to note down.
  let mayHaveStrays = true;
  let isChecked = false;
  const wantsPort = options.isIntegrated === true || asksForPort(deployment.args);
  let port: number | undefined;
  const { notifyFolder, stop } = options;
  const channelOf = (run: number, isResumed: boolean) =>
    notifyFolder === undefined
      ? undefined
      : openNotifyChannel({ folder: notifyFolder, id, run, workingDirectory: deployment.workingDirectory }, isResumed);
  const holdOf = (pid: number, { limits, changed, number }: RunContext) => {
    if (!limits) return undefined;
    return holdLimits({ name: `${cgroupPrefix(masterKey)}${id}.${number}`, pid, limits, changed });
  };
  const runOf = (
    leader: Leader,
    context: RunContext,
    notify: NotifyChannel | undefined,
    hold: LimitHold | undefined,
    wasReady = false,
  ) =>
    new ProcessRun({
      id,
      table,
      markers: [...markers, runMarker(context.number)],
      leader,
      context,
      endpoints: knownEndpoints(deployment, port, options.endpoints),
      registered: () => options.calls?.registered(context.number) ?? [],
      ...(port === undefined ? {} : { port }),
      ...(notify ? { notify } : {}),
      ...(hold ? { hold } : {}),
      wasReady,
      ...(stop ? { stop } : {}),
      command: { workingDirectory: deployment.workingDirectory, environment: deployment.environment },
      ...(options.enforcement ? { enforcement: options.enforcement } : {}),
    });

  return {
    isolation: 'process',
    canBeHeld: table.canHold,
    async prepare() {
      // Whether a program is still there its spawn tells; of a script that is gone only its Node would tell.
      if (isChecked && !isScript(deployment.executable ?? '')) return;
      await checkExecutable(id, deployment, options.makeExecutable);
      isChecked = true;
    },
    async start(context) {
      if (mayHaveStrays && context.beside !== true) await endStrays();
      mayHaveStrays = false;
      if (context.signal.aborted) throw cancelled(id);
      port = context.port ?? (wantsPort ? await handOutPort(port) : undefined);
      const notify = channelOf(context.number, false);
      let hold: LimitHold | undefined;
      const spawned = (pid: number) => (hold = holdOf(pid, context));
      const told = notify?.environment ?? {};
      const leader = await spawnLeader(options, table, context, { port, told, spawned }).catch((error: unknown) => {
        notify?.close();
        hold?.release();
        throw error;
      });
      const run = runOf(leader, context, notify, hold);
      if (context.awaitDebugger) await holdFor(context.awaitDebugger, run);
      if (!context.signal.aborted) return run;
      await run.stop(0);
      throw cancelled(id);
    },
    async adopt(saved, context) {
      mayHaveStrays = false;
      const leader = await findLeader(table, markers, saved);
      port = saved.port ?? context.port;
      // The master may have been killed while one run took the place of another.
      await endStrays(leader && saved.number);
      if (!leader) return undefined;
      const hold = holdOf(leader.pid, context);
      const roots = { leader, markers: [...markers, runMarker(saved.number)], known: new Set<string>() };
      for (const { pid, isHeld } of await table.tree(roots)) {
        hold?.add(pid);
        // The master that held it is gone.
        if (isHeld) await table.signal(pid, 'SIGCONT', 'process');
      }
      return runOf(leader, context, channelOf(saved.number, true), hold, saved.ready);
    },
    async findAbandoned(numbers) {
      const marked = (await table.list()).filter((entry) => entry.carries(markers));
      for (const number of numbers) {
        // The leader alone has a session of its own name and a parent that is none of ours.
        const leader = marked.find(
          (entry) =>
            entry.session === entry.pid &&
            entry.carries([runMarker(number)]) &&
            !marked.some(({ pid }) => pid === entry.parent),
        );
        if (!leader) continue;
        const { pid, start } = leader;
        const startedAt = new Date().toISOString();
        return {
          number,
          pid,
          processStart: start,
          boot: await table.boot(),
          startedAt,
          stdoutFile: '',
          stderrFile: '',
        };
      }
      return undefined;
    },
    dispose: () => Promise.resolve(),
  };
}

/** Rejects, and ends the run, where nothing of it waits for a debugger. */
async function holdFor(awaitDebugger: NonNullable<RunContext['awaitDebugger']>, run: ProcessRun): Promise<void> {
  try {
    awaitDebugger(await run.waitingInspector());
  } catch (error) {
    await run.stop(0);
    throw error;
  }
}

interface SpawnDetails {
  readonly port: number | undefined;
  /** Variables about the run. */
  readonly told: Readonly<Record<string, string>>;
  /** Called at once, before the child can have begun much. */
  readonly spawned: (pid: number) => void;
}

async function spawnLeader(
  { id, deployment, masterKey, calls, inherited = inheritedEnvironment(process.env) }: ProcessWorkerOptions,
  table: ProcessTable,
  context: RunContext,
  { port, told, spawned }: SpawnDetails,
): Promise<Leader> {
  const args = port === undefined ? deployment.args : argumentsWithPort(deployment.args, port);
  const command = await commandOf({ ...deployment, args });
  const folder = calls === undefined ? {} : { masterFolder: calls.masterFolder };
  const marks = { id, masterKey, run: context.number, ...folder, ...(port === undefined ? {} : { port }) };
  const added = { ...(await readEnvFile(id, deployment.envFile)), ...deployment.environment, ...told };
  const environment = childEnvironment(inherited, added, marks);
  if (context.awaitDebugger) {
    const preload = waitOption(path.join(DIST_FOLDER, 'wait-for-debugger.js'));
    environment['NODE_OPTIONS'] = [environment['NODE_OPTIONS'], preload].filter(Boolean).join(' ');
  }
  const boot = await table.boot();
  // The child writes to the files itself and appends, so no line passes through the master or depends on its life.
  const files = openAll([context.output.stdoutFile, context.output.stderrFile]);
  const started = withInspectorPort({
    ...command,
    environment: command.runsNode ? { ...environment, ELECTRON_RUN_AS_NODE: '1' } : environment,
  });
  const { child, error } = trySpawn(started, {
    cwd: deployment.workingDirectory,
    env: started.environment,
    stdio: ['ignore', ...files],
    // A session of its own, so that signals meant for the master do not reach it.
    detached: true,
    windowsHide: true,
  });
  for (const file of files) closeSync(file);
  if (!child) throw await spawnError(id, deployment, error);
  // 'exit' comes when the process is over; 'close' would wait for whoever holds its files.
  const exit = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  const refused = new Promise<Error>((resolve) => child.once('error', resolve));
  if (child.pid === undefined) throw await spawnError(id, deployment, await refused);
  spawned(child.pid);
  // Asked before the loop turns, so that a child that is over already has not been collected.
  const birth = await table.birthOf(child.pid).catch(() => undefined);
  return {
    pid: child.pid,
    start: birth?.start ?? '',
    startOrder: birth?.startOrder ?? 0,
    boot,
    startedAt: new Date().toISOString(),
    exit,
  };
}

/** Opens all or none, for appending. */
function openAll(paths: readonly string[]): number[] {
  const files: number[] = [];
  try {
    for (const path of paths) files.push(openSync(path, 'a', 0o600));
    return files;
  } catch (error) {
    for (const file of files) closeSync(file);
    throw error;
  }
}

/**
 * Node's own spawn rather than execa, which is for commands: a supervised child needs none of execa's streams and
 * results, only descriptors handed over as they are and as little time on the loop as can be. That grows with the
 * memory of this process, about 0.04 ms for each megabyte, so it is kept small.
 */
function trySpawn(
  { file, args }: Pick<Command, 'file' | 'args'>,
  options: SpawnOptions,
):
  | { readonly child: ChildProcess; readonly error?: undefined }
  | { readonly child?: undefined; readonly error: unknown } {
  try {
    return { child: spawn(file, args, options) };
  } catch (error) {
    return { error };
  }
}

/** What is missing by now, where that can be seen; else what the system said. */
async function spawnError(id: string, deployment: ProcessDeployment, error: unknown): Promise<WorkerError> {
  const seen: unknown = await checkExecutable(id, deployment).catch((reason: unknown) => reason);
  return seen instanceof WorkerError ? seen : new WorkerError(explainSpawn(id, deployment.executable ?? '', error));
}

/** The process that `saved` describes, when it is beyond doubt the same one and ours. */
async function findLeader(
  table: ProcessTable,
  markers: readonly string[],
  saved: SavedRun,
): Promise<Leader | undefined> {
  const boot = await table.boot();
  if (saved.boot !== boot) return undefined;
  const entry = await table.find(saved.pid);
  if (entry?.start !== saved.processStart || !entry.carries(markers)) return undefined;
  return {
    pid: entry.pid,
    start: entry.start,
    startOrder: entry.startOrder,
    boot,
    startedAt: saved.startedAt,
    exit: whenGone(table, entry.pid, entry.start).then(() => ({ code: null, signal: null })),
  };
}

function cancelled(id: string): WorkerError {
  return new WorkerError({ code: 'internal', message: `${id} was not started: its start was cancelled` });
}
