import path from 'node:path';
import type { Profiler } from 'node:inspector';

/** How often the profiler looks, in microseconds. */
export const samplingMicros = 250;

/** What the suite itself puts below the code of others: it takes as long as it takes. */
const recorder = 'record-connections.cjs';

/** What code held the thread for at a stretch. */
export interface OwnTask {
  readonly ms: number;
  /** Where it was seen, most often first. */
  readonly places: readonly SeenPlace[];
}

interface SeenPlace {
  /** `function file:line` */
  readonly name: string;
  readonly ms: number;
}

/**
 * For what stretches the code of some files held the thread, longest first. Looks are counted, not the clock: a machine
 * that has no time for the thread does not make its tasks longer.
 */
export function ownTasks({ nodes, samples = [] }: Profiler.Profile, files: readonly string[]): readonly OwnTask[] {
  const own = new Set<number>();
  /** Neither theirs nor the end of what they do. */
  const apart = new Set<number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Profiler.ProfileNode, isOwn: boolean, isApart: boolean): void => {
    const { functionName, url } = node.callFrame;
    const isOurs = isOwn || files.some((file) => url.endsWith(file));
    const isLeftOut = isApart || functionName === '(garbage collector)' || url.endsWith(recorder);
    if (isLeftOut) apart.add(node.id);
    else if (isOurs) own.add(node.id);
    for (const child of node.children ?? []) {
      const below = byId.get(child);
      if (below) visit(below, isOurs, isLeftOut);
    }
  };
  const [root] = nodes;
  if (root) visit(root, false, false);
  const stretches: number[][] = [[]];
  for (const sample of samples) {
    if (own.has(sample)) stretches.at(-1)?.push(sample);
    else if (!apart.has(sample) && stretches.at(-1)?.length !== 0) stretches.push([]);
  }
  const place = (id: number): string => {
    const { functionName, url, lineNumber } = byId.get(id)?.callFrame ?? { functionName: '', url: '', lineNumber: 0 };
    return `${functionName || '(anonymous)'} ${path.basename(url)}:${lineNumber + 1}`;
  };
  return stretches
    .filter(({ length }) => length > 0)
    .sort((a, b) => b.length - a.length)
    .map((looks) => {
      const byPlace = Object.entries(countBy(looks, place)).sort(([, a], [, b]) => b - a);
      return { ms: inMs(looks.length), places: byPlace.map(([name, count]) => ({ name, ms: inMs(count) })) };
    });
}

function inMs(looks: number): number {
  return (looks * samplingMicros) / 1000;
}

function countBy(looks: readonly number[], place: (id: number) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const look of looks) counts[place(look)] = (counts[place(look)] ?? 0) + 1;
  return counts;
}
