import { FreeIds } from '../free-ids.ts';
import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { type FileIndex, namesOf } from '../file-index.ts';
import { stepThrough, type Steps } from '../steps.ts';
import type { Place } from './file-rules.ts';

/** A file pasted into itself a few times over has said enough; each id is named at least once. */
const most = 1000;

/** An id names one worker. The first keeps it. */
export function* checkDuplicateIds({ ids }: FileIndex, place: Place): Steps<readonly Problem[]> {
  if (ids.repeated.size === 0) return [];
  const items = yield* place((reading) => namesOf(reading).some((name) => ids.repeated.has(name)));
  const first = new Map<string, { readonly id: string; readonly start: number; readonly end: number }>();
  const found: Problem[] = [];
  const named = new Set<string>();
  const freeIds = new FreeIds(ids);
  yield* stepThrough(items, ({ reading, start }) => {
    if (!reading.id) return;
    const { value } = reading.id;
    const at = { start: start + reading.id.start, end: start + reading.id.end };
    const names = namesOf(reading);
    const clash = names.find((name) => first.has(name));
    const earlier = clash === undefined ? undefined : first.get(clash);
    if (clash === undefined || !earlier) {
      for (const name of names) first.set(name, { id: value, ...at });
      return;
    }
    if (found.length >= most && named.has(value)) return;
    named.add(value);
    const free = freeIds.of(value);
    found.push({
      ...problem('HSU201', duplicate(value, clash, earlier.id), at, {
        related: [{ start: earlier.start, end: earlier.end, message: `The first worker "${earlier.id}".` }],
        fixes: [fix(`Change to "${free}"`, [{ ...at, newText: free }], true)],
      }),
      workerId: value,
    });
  });
  return found;
}

function duplicate(id: string, clash: string, earlier: string): string {
  if (clash === id && clash === earlier) return `There is another worker "${id}": ids are unique in a file.`;
  const whose = clash === earlier ? 'its own id' : `a replica of "${earlier}"`;
  return clash === id
    ? `There is another worker "${clash}", ${whose}: ids are unique in a file.`
    : `A replica of "${id}" would be "${clash}", which is ${clash === earlier ? 'another worker' : whose}: ids are unique in a file.`;
}
