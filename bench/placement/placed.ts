import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModuleDeployment } from '../../master/config/deployment.ts';
import { ModuleRuntime } from '../../master/workers/module/module-runtime.ts';
import type { Run } from '../../master/workers/worker.ts';

declare const SERVICE: string;

const services = 20;
const placement = process.argv[2];
process.stdin.setMaxListeners(services + 3);
const runtime = new ModuleRuntime({ masterKey: `bench-${process.pid}` });

async function startModule(
  id: string,
  isolation: 'shared' | 'thread',
  entryPoint = 'create',
  write: (stream: string, text: string) => void = () => undefined,
): Promise<Run> {
  const deployment: ModuleDeployment = {
    kind: 'module',
    isolation,
    path: SERVICE,
    entryPoint,
    config: {},
    args: [],
    environment: {},
    folder: path.dirname(SERVICE),
  };
  const output = { stdoutFile: '', stderrFile: '', write };
  const signal = new AbortController().signal;
  return runtime.createWorker({ id, deployment }).start({ signal, number: 1, output, changed: () => undefined });
}

async function startProcess(): Promise<number> {
  const child = spawn(process.execPath, [SERVICE, '--process'], { stdio: ['ignore', 'pipe', 'inherit'] });
  process.stdin.once('end', () => child.kill());
  await once(child.stdout, 'data');
  return child.pid ?? 0;
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

async function main(): Promise<void> {
  const ids = Array.from({ length: services }, (_, index) => `service-${index}`);
  let pids: readonly number[] = [];
  let oneMs: number;
  let allMs: number;
  // A warm master: its shared host stands and has loaded a module before.
  const emptyPssMb = pssMb();
  if (placement === 'process') {
    [oneMs] = await timed(startProcess);
    [allMs, pids] = await timed(() => Promise.all(ids.map(startProcess)));
  } else {
    const isolation = placement === 'thread' ? 'thread' : 'shared';
    await (await startModule('warm', isolation)).stop(1000);
    const [ms, run] = await timed(() => startModule('one', isolation));
    oneMs = ms;
    await run.stop(1000);
    [allMs] = await timed(() => Promise.all(ids.map((id) => startModule(id, isolation))));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  process.stdin.resume().once('end', () => setTimeout(() => process.exit(), 100));
  console.log(JSON.stringify({ pids, oneMs, allMs, emptyPssMb }));
}

void (placement === 'loops' ? loops() : main());
