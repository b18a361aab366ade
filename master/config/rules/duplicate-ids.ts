import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { type FileIndex, namesOf } from '../file-index.ts';
import type { Place } from './file-rules.ts';

/** A file pasted into itself a few times over has said enough; each id is named at least once. */
const most = 1000;

/** An id names one worker. The first keeps it. */
export function checkDuplicateIds({ ids }: FileIndex, place: Place): readonly Problem[] {
  if (ids.repeated.size === 0) return [];
  const items = place((reading) => namesOf(reading).some((name) => ids.repeated.has(name)));
  const first = new Map<string, { readonly id: string; readonly start: number; readonly end: number }>();
  const found: Problem[] = [];
  const named = new Set<string>();
  const offered = new Map<string, number>();
  for (const { reading, start } of items) {
    if (!reading.id) continue;
    const { value } = reading.id;
    const at = { start: start + reading.id.start, end: start + reading.id.end };
    const names = namesOf(reading);
    const clash = names.find((name) => first.has(name));
    const earlier = clash === undefined ? undefined : first.get(clash);
    if (clash === undefined || !earlier) {
      for (const name of names) first.set(name, { id: value, ...at });
      continue;
    }
    if (found.length >= most && named.has(value)) continue;
    named.add(value);
    const free = freeId(value, ids, offered);
    found.push({
      ...problem('HSU201', duplicate(value, clash, earlier.id), at, {
        related: [{ start: earlier.start, end: earlier.end, message: `The first worker "${earlier.id}".` }],
        fixes: [fix(`Change to "${free}"`, [{ ...at, newText: free }], true)],
      }),
      workerId: value,
    });
  }
  return found;
}

function duplicate(id: string, clash: string, earlier: string): string {
  if (clash === id && clash === earlier) return `There is another worker "${id}": ids are unique in a file.`;
  const whose = clash === earlier ? 'its own id' : `a replica of "${earlier}"`;
  return clash === id
    ? `There is another worker "${clash}", ${whose}: ids are unique in a file.`
    : `A replica of "${id}" would be "${clash}", which is ${clash === earlier ? 'another worker' : whose}: ids are unique in a file.`;
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
