// Our language server beside yaml-language-server with our schema, each as a process that is spoken to as an editor does:
//   node bench/language-server/run.mjs [--sizes 10,100,1000,5000,20000] [--only ours|peer] [--measures cold,typing,anchors,whole,pastes,long]
//                                      [--rounds 9] [--edits 10000] [--edit-seconds 30] [--paste TEXT]
//                                      [--node FILE] [--server FILE] [--json FILE]
// Ours is built as it is shipped; the peer is installed from npm into .cache/ when it is measured first. Times are medians.
// `--paste TEXT` takes only the pastes whose name has it. A row is printed as soon as it is measured; where a server does
// not answer, its row says so.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { makeWorkers } from './make-workers.mjs';
import { OutOfPatience } from './measured-server.mjs';
import { coldStart, longRun, pastes, typing, wholeFile } from './measures.mjs';
import { pasted } from './pasted.mjs';
import { peerCommand } from './peer.mjs';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000,5000,20000' },
    only: { type: 'string' },
    measures: { type: 'string', default: 'cold,typing,anchors,whole,pastes,long' },
    rounds: { type: 'string', default: '9' },
    edits: { type: 'string', default: '10000' },
    'edit-seconds': { type: 'string', default: '30' },
    paste: { type: 'string', default: '' },
    node: { type: 'string', default: process.execPath },
    server: { type: 'string' },
    json: { type: 'string' },
  },
});
const root = path.resolve(import.meta.dirname, '../..');
const rounds = Number(options.rounds);
const sizes = options.sizes.split(',').map(Number);

/** Each with the sizes it is measured at; `cases` are what is measured at each of them, one in a row. */
const measures = {
  cold: {
    title: 'Cold start: spawn → right finding in the last worker',
    sizes,
    run: (side, file, text) => coldStart(side, file, text, rounds),
  },
  typing: {
    title: 'Typing in the middle of the file',
    sizes,
    run: (side, file, text) => typing(side, file, text, rounds),
  },
  anchors: {
    title: 'Typing where every worker takes in an anchor by a merge key',
    sizes,
    run: (side, file, _, size) => typing(side, file, makeWorkers(size, { anchored: true }), rounds, 20_000),
  },
  whole: { title: 'Requests about the whole file', sizes: sizes.filter((size) => size >= 1000), run: wholeFile },
  pastes: {
    title: 'Longest block of the event loop, pasting',
    sizes: sizes.filter((size) => size === 1000),
    cases: Object.keys(pasted).filter((name) => name.includes(options.paste)),
    run: (side, file, text, _, what) => pastes(side, file, text, pasted[what]),
  },
  long: {
    title: 'Memory over many edits',
    sizes: sizes.filter((size) => size >= 1000 && size !== 5000),
    run: (side, file, text) => longRun(side, file, text, Number(options.edits), Number(options['edit-seconds'])),
  },
};

/** Columns of words. */
const widest = { side: 20, pasted: 22 };

const folder = mkdtempSync(path.join(os.tmpdir(), 'hsu-bench-'));
const results = {};
try {
  writeFileSync(path.join(folder, 'run.sh'), '#!/bin/sh\n');
  chmodSync(path.join(folder, 'run.sh'), 0o755);
  writeFileSync(path.join(folder, 'module.js'), 'exports.make = () => ({});\n');
  const sides = [];
  if (options.only !== 'peer')
    sides.push({ name: 'ours', command: [options.node, builtServer(), '--stdio'], pulls: true });
  if (options.only !== 'ours') sides.push({ name: 'yaml-language-server', command: peerCommand(), pulls: false });
  console.log(
    `${os.cpus()[0]?.model}, ${os.cpus().length} processors, ${os.type()}, load ${os.loadavg()[0]?.toFixed(1)}.\n` +
      `A fixed loop takes ${fixedLoopMs()} ms of processor time: runs can be compared where that is alike.`,
  );
  for (const { name, command } of sides)
    console.log(`${name}: Node ${execFileSync(command[0], ['--version'], { encoding: 'utf8' }).trim()}`);
  for (const name of options.measures.split(',')) {
    const { title, sizes: measured, cases = [undefined], run } = measures[name];
    console.log(`\n${title} (load ${os.loadavg()[0]?.toFixed(1)})`);
    const rows = [];
    for (const size of measured) {
      const file = path.join(folder, `workers.${size}.yaml`);
      const text = makeWorkers(size);
      for (const what of cases) {
        for (const side of sides) {
          const figures = await run(side, file, text, size, what).catch(unanswered);
          rows.push({ side: side.name, workers: size, ...(what ? { pasted: what } : {}), ...rounded(figures) });
          print(rows);
        }
      }
    }
    results[name] = rows;
  }
  if (options.json) writeFileSync(options.json, `${JSON.stringify(results, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true });
}

function builtServer() {
  if (options.server) return path.resolve(options.server);
  const built = path.join(folder, 'dist');
  execFileSync(process.execPath, [path.join(root, 'esbuild.mjs'), '--production', '--outdir', built], {
    stdio: 'ignore',
  });
  return path.join(built, 'server.js');
}

/** A server that does not answer has a row that says so; whatever else fails is a fault of this program. */
function unanswered(error) {
  if (error instanceof OutOfPatience) return { unanswered: error.message };
  throw error;
}

function rounded(row) {
  const shown = (value) => {
    if (value === undefined) return '–';
    if (typeof value !== 'number') return value;
    return Number.isNaN(value) ? '–' : Math.round(value * 10) / 10;
  };
  return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, shown(value)]));
}

/** The last of some rows, below the names of its columns where it is the first that has them. */
function print(rows) {
  const { unanswered: sentence, ...row } = rows.at(-1);
  const keys = Object.keys(row);
  const widths = keys.map((key) => Math.max(key.length, widest[key] ?? 8));
  const line = (cells) =>
    cells
      .map((cell, index) => String(cell).padEnd(widths[index]))
      .join('  ')
      .trimEnd();
  const isFirst = rows.filter((one) => one.unanswered === undefined).length === 1;
  if (sentence !== undefined) console.log(`${line(Object.values(row))}  ${sentence}`);
  else console.log(isFirst ? `${line(keys)}\n${line(Object.values(row))}` : line(Object.values(row)));
}

/** How fast the machine is now: whatever else runs on it slows everything down. */
function fixedLoopMs() {
  const before = process.cpuUsage();
  for (let i = 0, sum = 0; i < 1e8; i++) sum = (sum * 31 + i) | 0;
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 1000);
}
