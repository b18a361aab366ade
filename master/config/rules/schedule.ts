import { Cron } from 'croner';
import { type Item, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { textOf } from '../syntax/node.ts';

/** `cron` is a schedule, and one that comes. */
export function checkSchedule(item: Item): readonly Problem[] {
  const node = writtenAt(item, ['cron']);
  const written = node && textOf(node);
  if (!node || written === undefined) return [];
  const fault = faultOf(written);
  if (fault === undefined) return [];
  const message = `"${written}" is not a schedule (${fault}): write minute, hour, day of month, month and day of week, such as "*/5 * * * *" or "0 3 * * 1-5".`;
  return [problem('HSU507', message, node)];
}

function faultOf(expression: string): string | undefined {
  try {
    // Paused: it only computes, no timer is set.
    return new Cron(expression, { paused: true }).nextRun() ? undefined : 'no such time ever comes';
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Cron\w+: /, '').replace(/\.$/, '') : String(error);
  }
}
