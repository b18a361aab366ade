import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ModuleDeployment } from '../../master/config/deployment.ts';
import { moduleProcessCommand } from '../../master/workers/module/module-process-command.ts';
import { ModuleRuntime } from '../../master/workers/module/module-runtime.ts';
import type { Run } from '../../master/workers/worker.ts';

declare const SERVICE: string;

const services = 20;
/** So many starts one after the other, each beside its floor. */
const rounds = 7;
process.stdin.setMaxListeners(services + 2 * rounds + 3);
const runtime = new ModuleRuntime({ masterKey: `bench-${process.pid}` });

function deploymentOf(isolation: 'shared' | 'thread', entryPoint: string): ModuleDeployment {
  return {
    kind: 'module',
    isolation,
    path: SERVICE,
    entryPoint,
    config: {},
    args: [],
    environment: {},
    folder: path.dirname(SERVICE),
  };
}

async function startModule(
  id: string,
  isolation: 'shared' | 'thread',
  entryPoint = 'create',
  write: (stream: string, text: string) => void = () => undefined,
): Promise<Run> {
  const deployment = deploymentOf(isolation, entryPoint);
  const output = { stdoutFile: '', stderrFile: '', write };
  const signal = new AbortController().signal;
  return runtime.createWorker({ id, deployment }).start({ signal, number: 1, output, changed: () => undefined });
}

/** A process that serves: the file as Node runs it, or in the module host. */
async function startProcess(args: readonly string[]): Promise<Started> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  process.stdin.once('end', () => child.kill());
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const bareProcess = [SERVICE, '--process'];
const hostedProcess = moduleProcessCommand(deploymentOf('thread', 'create')).args;

/** A thread that runs a file as Node does, until that says that it is ready. */
async function startBareThread(file: string): Promise<Started> {
  const worker = new Worker(path.join(path.dirname(SERVICE), file), { stdout: true });
  await once(worker, 'message');
  return { pid: 0, stop: () => worker.terminate() };
}

interface Started {
  /** 0 where it lives in this process. */
  readonly pid: number;
  stop(graceMs: number): Promise<unknown>;
}

interface Placement {
  start(id: string): Promise<Started>;
  /** The least that a place of its kind costs. */
  readonly floor?: () => Promise<Started>;
  /** The same with the service in it. */
  readonly servingFloor?: () => Promise<Started>;
}

const placements: Readonly<Record<string, Placement>> = {
  shared: { start: (id) => startModule(id, 'shared') },
  thread: {
    start: (id) => startModule(id, 'thread'),
    floor: () => startBareThread('ready-thread.cjs'),
    servingFloor: () => startBareThread('serving-thread.mjs'),
  },
  process: { start: () => startProcess(bareProcess) },
  'module-host process': { start: () => startProcess(hostedProcess), floor: () => startProcess(bareProcess) },
};

/** Medians of starts in a master with a worker, that take turns with those of the floor: each is stopped before the next. */
async function starts({ start, floor, servingFloor }: Placement): Promise<void> {
  const warm = await start('warm');
  const taken: number[] = [];
  const least: number[] = [];
  const leastServing: number[] = [];
  for (let round = 0; round < rounds; round++) {
    taken.push(await startMs(() => start(`one-${round}`)));
    if (floor) least.push(await startMs(floor));
    if (servingFloor) leastServing.push(await startMs(servingFloor));
  }
  await warm.stop(1000);
  const floors = {
    ...(floor ? { floorMs: median(least) } : {}),
    ...(servingFloor ? { servingFloorMs: median(leastServing) } : {}),
  };
  console.log(JSON.stringify({ oneMs: median(taken), ...floors }));
  process.exit();
}

async function startMs(start: () => Promise<Started>): Promise<number> {
  const [ms, started] = await timed(start);
  await started.stop(1000);
  return ms;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN;
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [number, T]> {
  const begun = performance.now();
  const value = await work();
  return [Math.round((performance.now() - begun) * 10) / 10, value];
}

function pssMb(): number {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1]) / 1024;
}

/** How long a thread in a busy loop is there after it was asked to end at once. */
async function terminateMs(): Promise<number> {
  const run = await spinning('thread');
  return (await timed(() => run.stop(0)))[0];
}

/** How long a shared loop stands still until its module is ended, and then until a neighbour is back. */
async function blockedMs(): Promise<{ readonly detectedMs: number; readonly backMs: number }> {
  const neighbour = await startModule('neighbour', 'shared');
  const spinner = await spinning('shared');
  const [detectedMs] = await timed(() => spinner.over);
  await neighbour.over;
  const [backMs] = await timed(async () => {
    await neighbour.stop(0);
    await startModule('neighbour', 'shared');
  });
  return { detectedMs, backMs };
}

function spinning(isolation: 'shared' | 'thread'): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = startModule('spinner', isolation, 'createSpinner', (_, text) => {
      if (text.includes('spinning')) started.then(resolve, reject);
    });
  });
}

async function loops(): Promise<void> {
  console.log(JSON.stringify({ terminateMs: await terminateMs(), ...(await blockedMs()) }));
  process.exit();
}

/** Many at once in a warm master: its shared host stands and has loaded a module before. */
async function together({ start }: Placement): Promise<void> {
  const emptyPssMb = pssMb();
  await startMs(() => start('warm'));
  const ids = Array.from({ length: services }, (_, index) => `service-${index}`);
  const [allMs, all] = await timed(() => Promise.all(ids.map(start)));
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.stdin.resume().once('end', () => setTimeout(() => process.exit(), 100));
  const pids = all.map(({ pid }) => pid).filter((pid) => pid !== 0);
  console.log(JSON.stringify({ pids, allMs, emptyPssMb }));
}

const [what = '', name = ''] = process.argv.slice(2);
const placement = placements[name];
if (what === 'loops') void loops();
else if (placement) void (what === 'starts' ? starts(placement) : together(placement));
else throw new Error(`There is no placement "${name}": expected one of ${Object.keys(placements).join(', ')}.`);
