// Twenty small HTTP services: in the shared module host, in threads, and as processes of their own, in one run.
// `node esbuild.mjs && node bench/placement/placement.mjs [--runs 3]`. Prints one JSON value a line.
import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '3' } } });
const root = path.resolve(import.meta.dirname, '../..');
const folder = await mkdtemp(path.join(tmpdir(), 'hsu-bench-'));
const file = path.join(folder, 'placed.cjs');
await build({
  entryPoints: [path.join(import.meta.dirname, 'placed.ts')],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  outfile: file,
  define: {
    DIST_FOLDER: JSON.stringify(path.join(root, 'dist')),
    SERVICE: JSON.stringify(path.join(import.meta.dirname, 'service.mjs')),
  },
  logLevel: 'warning',
});

try {
  for (const placement of ['shared', 'thread', 'process']) {
    const readings = [];
    for (let run = 0; run < Number(values.runs); run++) readings.push(await measure(placement));
    const result = { placement, services: 20, runs: readings.length };
    for (const key of Object.keys(readings[0])) result[key] = median(readings.map((reading) => reading[key]));
    console.log(JSON.stringify(result));
  }
} finally {
  await rm(folder, { recursive: true });
}

/** Each reading has a master of its own: a fresh process that tells what it measured and waits to be looked at. */
async function measure(placement) {
  const child = spawn(process.execPath, [file, placement], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = child.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
  const told = JSON.parse((await lines.next()).value);
  const pids = [child.pid, ...told.pids];
  const pssMb = pids.reduce((sum, pid) => sum + pss(pid), 0) / 1024;
  child.stdin.end();
  await new Promise((resolve) => child.once('exit', resolve));
  delete told.pids;
  return { ...told, addedPssMb: round(pssMb - told.emptyPssMb) };
}

function pss(pid) {
  return Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
}

function median(numbers) {
  return round(numbers.sort((one, other) => one - other)[Math.floor(numbers.length / 2)]);
}

function round(number) {
  return Math.round(number * 10) / 10;
}
