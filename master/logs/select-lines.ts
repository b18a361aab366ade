import { setImmediate as nextTurn } from 'node:timers/promises';
import type { LogLine, LogsParams } from '../protocol.ts';
import type { Batch } from './log-index.ts';
import { lineFilter, type LineFilter } from './line-filter.ts';
import type { RunLog } from './run-log.ts';

/** The newest lines that match, oldest first. Rejects when `grep` or `exclude` is no regular expression. */
export async function selectLines(
  batches: Iterable<{ readonly run: RunLog; readonly batch: Batch }>,
  params: LogsParams,
): Promise<LogLine[]> {
  const passes = lineFilter(filterOf(params));
  const since = params.since === undefined ? Number.NEGATIVE_INFINITY : Date.parse(params.since);
  const after = params.after ?? 0;
  const before = params.before ?? Number.POSITIVE_INFINITY;
  const found: LogLine[] = [];
  let read = 0;
  for (const { run, batch } of batches) {
    if (found.length >= params.lines || batch.firstSeq + batch.count - 1 <= after || batch.time < since) break;
    if (batch.firstSeq >= before) continue;
    for (const line of run.lines(batch).reverse()) {
      if (found.length >= params.lines || line.seq <= after) break;
      if (line.seq >= before) continue;
      if (passes(line)) found.push(line);
    }
    read += batch.end - batch.start;
    if (read > turnBytes) {
      read = 0;
      await nextTurn();
    }
  }
  return found.reverse();
}

/** How much is searched in one turn of the loop, in bytes. */
const turnBytes = 1024 * 1024;

/** What of a request is about each line alone. */
export function filterOf({ grep, exclude, level, stream }: Omit<LogsParams, 'id' | 'lines'>): LineFilter {
  return {
    ...(grep === undefined ? {} : { include: [grep] }),
    ...(exclude === undefined ? {} : { exclude: [exclude] }),
    ...(level === undefined ? {} : { level }),
    ...(stream === undefined ? {} : { stream }),
  };
}
