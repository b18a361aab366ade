// `npm test [-- PART…] [--grep TEXT] [--node 24]`: runs every check of the project, all of them even when one fails; with
// `--node` the suites run by that Node from npm.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies } from './tooling/install-dependencies.mjs';
import { endLeftovers } from './run/leftovers.mjs';
import { parts, select } from './run/parts.mjs';
import { runPart, seconds } from './run/run-part.mjs';

/** How many parts run at once: more only take each other's processors away. */
const slots = 2;
/** A master that lost its editor waits 30 s for it to come back. */
const leftoverPatienceMs = 40_000;

const root = path.dirname(import.meta.dirname);
const { values: options, positionals } = parseArgs({
  options: { grep: { type: 'string', short: 'g' }, node: { type: 'string' } },
  allowPositionals: true,
});

process.exitCode = await main();

async function main() {
  const started = performance.now();
  let selected;
  try {
    selected = select(parts(root, options.grep), positionals);
    installDependencies(root);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.log('0 passed, 1 failed');
    return 1;
  }
  const node = options.node === undefined ? process.execPath : nodeOf(options.node);
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-test-run-'));
  const mark = `TEST_RUN=${randomUUID()}`;
  const interruption = new AbortController();
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => interruption.abort());
  }
  const results = await runAll(selected, { root, node, folder, env: environment(mark), signal: interruption.signal });
  rmSync(folder, { recursive: true, force: true });
  const strays = await endLeftovers(mark, interruption.signal.aborted ? 2_000 : leftoverPatienceMs);
  for (const { pid, command } of strays) console.log(`left running, ended now: ${pid} ${command}`);
  results.push({
    name: 'leftovers',
    ...{ passed: strays.length === 0 ? 1 : 0, failed: strays.length === 0 ? 0 : 1, ms: 0 },
    reason: strays.length === 0 ? '' : `${strays.length} processes were left running`,
    lastLines: [],
  });

  // Where the parts after it print much, a failure would be far above.
  for (const { name, lastLines } of results) {
    if (lastLines.length > 0) console.log(`${name} failed; its last lines:\n${lastLines.join('\n')}\n`);
  }
  for (const { name, passed, failed, ms, reason } of results) {
    const figures = `${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed ${seconds(ms).padStart(8)}`;
    console.log(`${name.padEnd(11)} ${figures}  ${reason}`.trimEnd());
  }
  console.log(`in all ${seconds(performance.now() - started)}`);
  const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  if (interruption.signal.aborted) return 130;
  return sum('failed') === 0 ? 0 : 1;
}

/**
 * Runs parts as soon as what they need has run and a slot is free.
 * @param {readonly import('./run/parts.mjs').Part[]} selected
 * @param {Parameters<typeof runPart>[1]} run
 */
async function runAll(selected, run) {
  /** @type {import('./run/run-part.mjs').PartResult[]} */
  const results = [];
  const waiting = new Set(selected);
  /** @type {Map<import('./run/parts.mjs').Part, Promise<void>>} */
  const running = new Map();
  const isDone = (/** @type {string} */ name) => results.some((result) => result.name === name);
  while (waiting.size + running.size > 0) {
    for (const part of run.signal.aborted ? [] : waiting) {
      const busy = [...running.keys()];
      if (busy.length >= slots || (part.drives && busy.some(({ drives }) => drives))) continue;
      if (!part.needs.every(isDone)) continue;
      waiting.delete(part);
      const end = runPart(part, run).then((result) => void (results.push(result), running.delete(part)));
      running.set(part, end);
    }
    if (run.signal.aborted) {
      for (const { name } of waiting) {
        results.push({ name, passed: 0, failed: 1, ms: 0, reason: 'interrupted', lastLines: [] });
      }
      waiting.clear();
    }
    await Promise.race(running.values());
  }
  const order = selected.map(({ name }) => name);
  return results.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
}

/**
 * @param {string} version
 * @returns {string} the Node binary of that version
 */
function nodeOf(version) {
  const args = ['exec', '--yes', '--package', `node@${version}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', args, { encoding: 'utf8', shell: process.platform === 'win32' }).trim();
}

/**
 * @param {string} mark
 * @returns {NodeJS.ProcessEnv}
 */
function environment(mark) {
  const [name = '', value = ''] = mark.split('=');
  const colors = process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };
  const grep = options.grep === undefined ? {} : { TEST_GREP: options.grep };
  return { ...process.env, ...colors, ...grep, [name]: value };
}
