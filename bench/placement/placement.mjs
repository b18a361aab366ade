// Twenty small HTTP services: in the shared module host, in threads, and as processes of their own, in one run; one at
// a time beside the least that Node takes for a thread or a process; then how soon a busy loop is ended; then one
// function called in each of these places, and in turns with it what the bare means of getting there cost.
// `node esbuild.mjs && node bench/placement/placement.mjs [--runs 3] [--seconds 2] [--only services|loops|calls|swaps]`;
// by another Node: `npx -y -p node@24 node bench/…`. Prints one JSON value a line.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'hsu-bench-'));
await build({
  entryPoints: ['placed.ts', 'calls.ts', 'swaps.ts'].map((file) => path.join(import.meta.dirname, file)),
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outdir: folder,
  outExtension: { '.js': '.cjs' },
  external: ['koffi', '@grpc/proto-loader'],
  define: {
    DIST_FOLDER: JSON.stringify(path.join(root, 'dist')),
    CALLS_FOLDER: JSON.stringify(path.join(import.meta.dirname, 'calls')),
    SERVICE: JSON.stringify(path.join(import.meta.dirname, 'service.mjs')),
  },
  logLevel: 'warning',
});

try {
  console.log(JSON.stringify({ node: process.version }));
  if (wants('services')) await compareServices();
  if (wants('loops')) await measureLoops();
  if (wants('calls')) await compareCalls();
  if (wants('swaps')) for (const result of await measureWith('swaps.cjs')) console.log(JSON.stringify(rounded(result)));
} finally {
  await rm(folder, { recursive: true });
}

/** Without --only, everything is measured. */
function wants(part) {
  return values.only === undefined || values.only === part;
}

async function compareServices() {
  for (const placement of ['shared', 'thread', 'process', 'module-host process']) {
    const readings = [];
    for (let run = 0; run < Number(values.runs); run++) {
      readings.push({ ...(await told(start('starts', placement))), ...(await measure(placement)) });
    }
    print({ placement, services: 20 }, readings);
  }
}

async function measureLoops() {
  const readings = [];
  for (let run = 0; run < Number(values.runs); run++) readings.push(await told(start('loops')));
  print({ loop: 'busy' }, readings);
}

/** The medians of what all readings have. */
function print(what, readings) {
  const result = { ...what, runs: readings.length };
  for (const key of Object.keys(readings[0])) result[key] = median(readings.map((reading) => reading[key]));
  console.log(JSON.stringify(result));
}

/** Each run has a master of its own, in which one worker measures all kinds one after the other. */
async function compareCalls() {
  const runs = [];
  for (let run = 0; run < Number(values.runs); run++) runs.push(await measureWith('calls.cjs'));
  for (const [index, { kind, ...figures }] of runs[0].entries()) {
    const result = { call: kind, runs: runs.length };
    for (const key of Object.keys(figures)) {
      const value = runs.map((run) => run[index][key]).sort((one, other) => one - other)[runs.length >> 1];
      result[key] = key === 'perSecond' ? Math.round(value) : Math.round(value * 1000) / 1000;
    }
    console.log(JSON.stringify(result));
  }
}

async function measureWith(script) {
  const child = spawn(process.execPath, [path.join(folder, script), values.seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += chunk;
  return JSON.parse(text);
}

/** Each reading has a master of its own: a fresh process that tells what it measured and waits to be looked at. */
async function measure(placement) {
  const child = start('together', placement);
  const { pids: others, ...reading } = await told(child);
  const pids = [child.pid, ...others];
  const pssMb = pids.reduce((sum, pid) => sum + pss(pid), 0) / 1024;
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  return { ...reading, addedPssMb: round(pssMb - reading.emptyPssMb) };
}

function start(...what) {
  return spawn(process.execPath, [path.join(folder, 'placed.cjs'), ...what], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function told(child) {
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  return JSON.parse((await lines.next()).value);
}

function pss(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

function median(numbers) {
  return round(numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)]);
}

function rounded(result) {
  return Object.fromEntries(
    Object.entries(result).map(([key, value]) => [
      key,
      typeof value === 'number' ? Math.round(value * 100) / 100 : value,
    ]),
  );
}

function round(number) {
  return Math.round(number * 10) / 10;
}
