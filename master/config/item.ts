import type { Problem } from './problem.ts';
import type { Resolution } from './resolve-deployment.ts';
import { entryOf, type MapNode, type Node } from './syntax/node.ts';
import type { PlacementConfig, WorkerConfig } from './worker-config.ts';
import type { World } from './world.ts';

/** One item of `workers:`, as its rules see it. Offsets are relative to `text`. */
export interface Item {
  readonly text: string;
  readonly node: MapNode;
  readonly id: string | undefined;
  /** Where something missing is marked: the value of `id`, else the dash. */
  readonly anchor: { readonly start: number; readonly end: number };
  /** What `node` stands for, environment variables filled in. */
  readonly value: unknown;
  /** Absent while `type` is not readable. */
  readonly config: PlacementConfig | undefined;
  readonly resolution: Resolution | undefined;
  readonly world: World;
}

/** A value as the rules see it that ask for nothing else: an item, or what stands behind an anchor. */
export interface WrittenValue {
  readonly text: string;
  readonly node: Node;
  readonly world: Pick<World, 'environment'>;
}

export type ItemRule = (item: Item) => readonly Problem[];

/** The value of the first of several spellings that is written: each a path of keys. */
export function writtenAt(item: Item, ...paths: readonly (readonly string[])[]): Node | undefined {
  for (const path of paths) {
    let node: Node | undefined = item.node;
    for (const key of path) node = entryOf(node, key)?.value;
    if (node) return node;
  }
  return undefined;
}

/** The older form's block that is in force: `unit.managed.control` and the like. */
export function unitPaths(item: Item, ...below: readonly string[]): readonly string[][] {
  const block = item.node.entries.find(({ key }) => key.value === 'unit' || key.value === 'management');
  if (!block) return none;
  return Object.keys(unitNames).map((unit) => [String(block.key.value), unit, ...below]);
}

const none: readonly string[][] = [];

/** Spellings of the three kinds of unit. */
export const unitNames: Readonly<Record<string, WorkerConfig['management']>> = {
  managed: 'managed',
  unmanaged: 'unmanaged',
  integrated: 'integrated',
  standard_managed: 'managed',
  integrated_managed: 'integrated',
};
