import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const interruptGraceMs = 5_000;
/** Enough for what mocha says of a few failures. */
const lastWords = 80;

/**
 * @typedef {import('./parts.mjs').Part} Part
 * @typedef {object} PartResult
 * @property {string} name
 * @property {number} passed
 * @property {number} failed
 * @property {number} ms
 * @property {string} reason empty when all passed
 * @property {readonly string[]} lastLines what it printed at its end, where something failed
 */

/**
 * Runs one part in a process group of its own and prints its lines as they come, each behind the part's name.
 * @param {Part} part
 * @param {{ root: string, node: string, folder: string, env: NodeJS.ProcessEnv, signal: AbortSignal }} run
 * `node` runs the suites; `folder` takes what the part leaves for its runner; `signal` ends it.
 * @returns {Promise<PartResult>}
 */
export async function runPart(part, { root, node, folder, env, signal }) {
  const started = performance.now();
  const countsFile = path.join(folder, `${part.name}.counts`);
  const prefix = `${part.name.padEnd(11)} │ `;
  console.log(`${prefix}starts`);
  const child = spawn(part.counts ? node : process.execPath, [...part.command], {
    cwd: root,
    // What a test calls `node` is the one that runs it.
    env: { ...env, PATH: `${path.dirname(node)}${path.delimiter}${env['PATH'] ?? ''}`, TEST_COUNTS_FILE: countsFile },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      console.log(prefix + line);
      lines.push(line);
      if (lines.length > lastWords) lines.shift();
    });
  }
  const interrupt = () => {
    end(child, 'SIGTERM');
    // A suite may take the signal for a browser's end and go on with its next test.
    setTimeout(() => end(child, 'SIGKILL'), interruptGraceMs).unref();
  };
  signal.addEventListener('abort', interrupt);
  /** @type {[number | null, NodeJS.Signals | null]} */
  const [code, killedBy] = await new Promise((resolve) => {
    child.once('error', () => resolve([-1, null]));
    child.once('close', (...end) => resolve(end));
  });
  signal.removeEventListener('abort', interrupt);
  end(child, 'SIGKILL');

  const ended = killedBy === null ? `exit code ${code}` : `ended by ${killedBy} (${constants.signals[killedBy]})`;
  const result = { name: part.name, ms: performance.now() - started, ...outcome(part, code, ended, countsFile) };
  console.log(`${prefix}${result.failed === 0 ? 'passed' : 'FAILED'} in ${seconds(result.ms)}\n`);
  return { ...result, lastLines: result.failed === 0 ? [] : lines };
}

/**
 * @param {number} ms
 * @returns {string}
 */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}

/**
 * @param {Part} part
 * @param {number | null} code
 * @param {string} ended
 * @param {string} countsFile
 */
function outcome(part, code, ended, countsFile) {
  if (!part.counts) {
    return code === 0 ? { passed: 1, failed: 0, reason: '' } : { passed: 0, failed: 1, reason: ended };
  }
  if (!existsSync(countsFile)) {
    return { passed: 0, failed: 1, reason: `no test was run: ${ended}` };
  }
  const { passed, failed } = /** @type {{ passed: number, failed: number }} */ (
    JSON.parse(readFileSync(countsFile, 'utf8'))
  );
  if (failed > 0) return { passed, failed, reason: `${failed} failed` };
  // All tests passed and yet something went wrong: an error after the last test, a process that crashed.
  return code === 0 ? { passed, failed, reason: '' } : { passed, failed: 1, reason: `all tests passed, then ${ended}` };
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
function end(child, signal) {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, signal);
  } catch {
    // The group is gone already.
  }
}
