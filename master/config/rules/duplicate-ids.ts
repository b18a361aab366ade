import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import type { PlacedReading } from './file-rules.ts';

/** An id names one worker. The first keeps it. */
export function checkDuplicateIds(items: readonly PlacedReading[]): readonly Problem[] {
  const first = new Map<string, { readonly start: number; readonly end: number }>();
  const found: Problem[] = [];
  let taken: ReadonlySet<string> | undefined;
  for (const { reading, start } of items) {
    if (!reading.id) continue;
    const { value } = reading.id;
    const at = { start: start + reading.id.start, end: start + reading.id.end };
    const earlier = first.get(value);
    if (!earlier) {
      first.set(value, at);
      continue;
    }
    taken ??= new Set(items.map((item) => item.reading.id?.value ?? ''));
    const free = freeId(value, taken);
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

function freeId(id: string, taken: ReadonlySet<string>): string {
  const stem = id.replace(/-\d+$/, '');
  for (let number = 2; ; number++) if (!taken.has(`${stem}-${number}`)) return `${stem}-${number}`;
}
