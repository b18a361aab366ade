import { readTail } from './workers/process/read-tail.ts';

/** V8's last words, and what Node writes behind them: the stack of its own code. */
const lastWords = /^FATAL ERROR: (.*\bout of memory)\b/;
const trace = /^\s*$|^-+ .* -+$|^\s*\d+: /;

/** What V8 said when it aborted the former master for want of memory; undefined where that one did not end so. */
export function memoryDeath(log: string): string | undefined {
  const lines = readTail(log);
  const words = lines.findLast((line) => !trace.test(line));
  return lastWords.exec(words ?? '')?.[1];
}

/** As a sentence, with the modules that were in it: any of them, or a thread of theirs, may be the cause. */
export function explainMemoryDeath(words: string, modules: readonly string[]): string {
  return `The former master died: V8 had no memory left (${words}), which ends the whole process. In it ran: ${modules.join(', ')}. Run the one that holds much with type: process, or with module.isolation: thread and a limit (limits.memory.max_rss).`;
}
