import type { Profiler } from 'node:inspector';

/** How often the profiler looks, in microseconds. */
export const samplingMicros = 250;

/**
 * How long the code of some files held the thread at a stretch, in milliseconds, longest first. Looks are counted, not the
 * clock: a machine that has no time for the thread does not make its tasks longer.
 */
export function ownTasks({ nodes, samples = [] }: Profiler.Profile, files: readonly string[]): readonly number[] {
  const own = new Set<number>();
  const collecting = new Set<number>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const visit = (node: Profiler.ProfileNode, isOwn: boolean): void => {
    const isOurs = isOwn || files.some((file) => node.callFrame.url.endsWith(file));
    if (isOurs) own.add(node.id);
    if (node.callFrame.functionName === '(garbage collector)') collecting.add(node.id);
    for (const child of node.children ?? []) {
      const below = byId.get(child);
      if (below) visit(below, isOurs);
    }
  };
  const [root] = nodes;
  if (root) visit(root, false);
  const tasks: number[] = [];
  let looks = 0;
  for (const sample of samples) {
    if (own.has(sample)) looks += 1;
    else if (!collecting.has(sample) && looks > 0) {
      tasks.push(looks);
      looks = 0;
    }
  }
  return [...tasks, looks].map((count) => (count * samplingMicros) / 1000).sort((a, b) => b - a);
}
