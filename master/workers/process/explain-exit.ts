import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';

/** How a process ended, as the master saw it. Both null: it was started by a former master, so nobody could be told. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** What an exit means. Undefined for a clean one: code 0. `lastWords` are the last lines of its stderr, oldest first. */
export function explainExit(
  worker: string,
  exit: ProcessExit,
  lastWords: readonly string[],
  port?: number,
): WorkerFailure | undefined {
  if (exit.code === 0) return undefined;
  const portLines = lastWords.filter((line) => portTaken.test(line));
  if (portLines.length > 0)
    return portInUse(worker, portLines.map(portOf).find((found) => found !== undefined) ?? port);
  const full = heapFull(exit, lastWords);
  if (full !== undefined) {
    return {
      code: 'resource-limit',
      message: `${worker} ran out of memory: ${full}. Let it hold less, or let V8 have more (NODE_OPTIONS: --max-old-space-size=MEGABYTES in its environment).`,
    };
  }
  const words = telling(lastWords);
  const stack = words === undefined ? undefined : stackAround(lastWords, words);
  return {
    code: exit.signal === null ? 'exited' : 'crashed',
    message: `${worker} ${howItEnded(exit)}${words === undefined ? '; it left no message on stderr' : `: ${words}`}`,
    ...(stack === undefined ? {} : { stack }),
  };
}

/** Node, Python, Go, Rust, Java and C say "address already in use" in these ways, Windows in the last one. */
const portTaken = /EADDRINUSE|address already in use|address in use|only one usage of each socket address/i;

function portInUse(worker: string, port: number | undefined): WorkerFailure {
  const named = port === undefined ? 'its port' : `port ${port}`;
  return {
    code: 'port-in-use',
    message: `${worker} could not listen on ${named}: another program uses it already. Stop that program, or give ${worker} another port.`,
  };
}

function portOf(line: string): number | undefined {
  const found = [...line.matchAll(/(?:[:.\]]|\bport[ =:]+)(\d{1,5})\b/gi)].map((match) => Number(match[1]));
  return found.findLast((port) => port > 0 && port < 65_536);
}

/** V8 aborts a program that has no room: by a signal, or where a shell stands between or on Windows by the code for one. */
const abortions: ReadonlySet<number | string | null> = new Set(['SIGABRT', 'SIGTRAP', 'SIGILL', 134, 133, 132]);

/** What V8 says when it ends a program whose heap is full; undefined where that is not how it ended. */
function heapFull({ code, signal }: ProcessExit, lines: readonly string[]): string | undefined {
  if (!abortions.has(signal ?? code)) return undefined;
  const said = lines.map((line) => /^FATAL ERROR: (.*\bout of memory)\b/.exec(line)?.[1]);
  return said.findLast((words) => words !== undefined);
}

const bySigkill =
  'was killed by SIGKILL: by hand, or because the system ran out of memory (then let it hold less, or give it a limit: limits.memory.max_rss)';

function howItEnded({ code, signal }: ProcessExit): string {
  if (signal === 'SIGKILL') return bySigkill;
  if (signal !== null) return `was ended by ${signal}`;
  if (code === null) return 'ended; its exit code is not known, because a former master had started it';
  if (code === 126) return 'exited with code 126 (a command could not be executed)';
  if (code === 127) return 'exited with code 127 (a command was not found)';
  if (code === 137) return `exited with code 137, by which a shell says that its program ${bySigkill}`;
  return `exited with code ${code}`;
}

/** The line that says most: the last one that reads like an error, else the last one that says anything. */
function telling(lines: readonly string[]): string | undefined {
  const said = lines.map((line) => line.trim()).filter((line) => line !== '' && !/^Node\.js v\d/.test(line));
  const errorLike = /^(?:Uncaught )?[\w.]*(?:Error|Exception|Panic)\b.*|^(?:panic|fatal|error)\b.*|.*panicked at.*/i;
  return said.findLast((line) => errorLike.test(line) && !line.startsWith('at ')) ?? said.at(-1);
}

/** The frames under the telling line, where the runtime wrote some. */
function stackAround(lines: readonly string[], words: string): string | undefined {
  const at = lines.findLastIndex((line) => line.trim() === words);
  const frames: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (!/^\s+at /.test(line)) break;
    frames.push(line);
  }
  return frames.length === 0 ? undefined : [words, ...frames].join('\n');
}
