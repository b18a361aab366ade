import type { FileIndex } from '../file-index.ts';
import { FreeIds } from '../free-ids.ts';
import { replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import type { Steps } from '../steps.ts';
import type { Place } from './file-rules.ts';
import { changeId } from './id.ts';

interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The remedy of an invalid id gives one that no other worker has or is offered, and changes it wherever others wait for it
 * too, else they would wait for nobody.
 */
export function* giveNewIds(found: Problem[], index: FileIndex, place: Place): Steps<void> {
  const invalid = found.flatMap(({ code, fixes, workerId }, at) => {
    if (code !== 'HSU202' || workerId === undefined) return [];
    const newId = fixes[0]?.edits[0]?.newText;
    return newId === undefined ? [] : [{ at, id: workerId, newId }];
  });
  if (invalid.length === 0) return;
  const mentions = yield* mentionsOf(new Set(invalid.map(({ id }) => id).filter((id) => index.isMentioned(id))), place);
  const freeIds = new FreeIds(index.ids);
  for (const { at, id, newId } of invalid) {
    const problem = found[at];
    if (!problem) continue;
    // Of two workers with one id the others wait for the first.
    const waiting = mentions.get(id) ?? [];
    mentions.delete(id);
    const free = freeIds.of(newId);
    const renamed = waiting.map((mention) => replace(mention, free));
    found[at] = { ...problem, fixes: [changeId(problem, free, renamed)] };
  }
}

/** Where workers wait for the ids that are asked for. */
function* mentionsOf(ids: ReadonlySet<string>, place: Place): Steps<Map<string, TextRange[]>> {
  const mentions = new Map<string, TextRange[]>();
  if (ids.size === 0) return mentions;
  for (const { reading, start } of yield* place(({ dependsOn }) => dependsOn.some(({ value }) => ids.has(value)))) {
    for (const one of reading.dependsOn) {
      if (!ids.has(one.value)) continue;
      const at = { start: start + one.start, end: start + one.end };
      const known = mentions.get(one.value);
      if (known) known.push(at);
      else mentions.set(one.value, [at]);
    }
  }
  return mentions;
}
