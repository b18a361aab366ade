import { parseDuration } from '../duration.ts';
import { type Item, unitPaths, writtenAt } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { type Node, nodeAt, textOf } from '../syntax/node.ts';

/** One check must be over before the next begins. */
export function checkHealthTimeout(item: Item): readonly Problem[] {
  const { check, run } = current;
  const found = [...checkTimeoutOf(writtenAt(item, check)), ...checkTimeoutOf(writtenAt(item, run))];
  const older = [...unitPaths(item, 'health_check', 'run_options'), ...unitPaths(item, 'health_check_run_options')];
  return [...found, ...older.flatMap((path) => checkTimeoutOf(writtenAt(item, path)))];
}

const current = { check: ['health_check'], run: ['health_check', 'run_options'] };

function checkTimeoutOf(block: Node | undefined): readonly Problem[] {
  const timeout = nodeAt(block, 'timeout');
  if (!timeout) return [];
  const interval = nodeAt(block, 'interval');
  const waits = parseDuration(textOf(timeout) ?? '');
  const every = interval ? parseDuration(textOf(interval) ?? '') : 30_000;
  if (waits === undefined || every === undefined || waits < every || every <= 0) return [];
  const message = `A health check may take ${textOf(timeout) ?? ''}, but one begins every ${textOf(interval) ?? '30s (the default)'}: the timeout must be shorter than the interval.`;
  const shorter = every >= 2000 ? `${Math.floor(every / 2000)}s` : `${Math.max(1, Math.floor(every / 2))}ms`;
  return [
    problem('HSU503', message, timeout, {
      related: interval ? [{ start: interval.start, end: interval.end, message: 'The interval.' }] : [],
      fixes: [fix(`Change the timeout to ${shorter}`, [replace(timeout, shorter)], true)],
    }),
  ];
}
