import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import type { FileIndex } from '../file-index.ts';
import type { Place } from './file-rules.ts';

/** A file pasted into itself a few times over has said enough; each id is named at least once. */
const most = 1000;

/** An id names one worker. The first keeps it. */
export function checkDuplicateIds({ ids }: FileIndex, place: Place): readonly Problem[] {
  if (ids.repeated.size === 0) return [];
  const items = place(({ id }) => id !== undefined && ids.repeated.has(id.value));
  const first = new Map<string, { readonly start: number; readonly end: number }>();
  const found: Problem[] = [];
  const named = new Set<string>();
  const offered = new Map<string, number>();
  for (const { reading, start } of items) {
    if (!reading.id) continue;
    const { value } = reading.id;
    const at = { start: start + reading.id.start, end: start + reading.id.end };
    const earlier = first.get(value);
    if (!earlier) {
      first.set(value, at);
      continue;
    }
    if (found.length >= most && named.has(value)) continue;
    named.add(value);
    const free = freeId(value, ids, offered);
    found.push({
      ...problem('HSU201', `There is another worker "${value}": ids are unique in a file.`, at, {
        related: [{ ...earlier, message: `The first worker "${value}".` }],
        fixes: [fix(`Change to "${free}"`, [{ ...at, newText: free }], true)],
      }),
      workerId: value,
    });
  }
  return found;
}

/** Each duplicate is offered a name of its own. `last` holds the numbers that were offered. */
function freeId(id: string, taken: { has(id: string): boolean }, last: Map<string, number>): string {
  const stem = id.replace(/-\d+$/, '');
  for (let number = (last.get(stem) ?? 1) + 1; ; number++) {
    const free = `${stem}-${number}`;
    if (taken.has(free)) continue;
    last.set(stem, number);
    return free;
  }
}
