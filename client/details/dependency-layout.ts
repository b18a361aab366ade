/** Sizes of the drawing, in its own units. */
export const box = { width: 176, height: 34, gapX: 64, gapY: 14 } as const;

export interface GraphNode {
  readonly id: string;
  readonly dependsOn: readonly string[];
}

export interface PlacedNode {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  /** From a worker to what it depends on. */
  readonly edges: readonly { readonly from: PlacedNode; readonly to: PlacedNode }[];
  readonly width: number;
  readonly height: number;
}

/** How many that stand alone share a row. */
const aloneInRow = 3;

/**
 * Draws dependencies in columns: what others need stands left of them. Within a column each stands near what it
 * depends on; those without any relation stand below, in rows. A circle is cut where it closes.
 */
export function layOut(workers: readonly GraphNode[]): Layout {
  const known = new Map(workers.map((worker) => [worker.id, worker]));
  const needed = new Set(workers.flatMap(({ dependsOn }) => dependsOn));
  const related = workers.filter(({ id, dependsOn }) => needed.has(id) || dependsOn.some((one) => known.has(one)));
  const columns: GraphNode[][] = [];
  const columnOf = columnsOf(known);
  for (const worker of related) (columns[columnOf(worker.id)] ??= []).push(worker);
  const placed = new Map<string, PlacedNode>();
  const row = (y: number) => y * (box.height + box.gapY);
  columns.forEach((column, x) => {
    const height = (one: GraphNode) => {
      const above = one.dependsOn.flatMap((id) => placed.get(id)?.y ?? []);
      return above.length === 0 ? 0 : above.reduce((sum, y) => sum + y, 0) / above.length;
    };
    column
      .map((one) => ({ one, near: height(one) }))
      .sort((a, b) => a.near - b.near)
      .forEach(({ one: { id } }, y) => placed.set(id, { id, x: x * (box.width + box.gapX), y: row(y) }));
  });
  const below = Math.max(0, ...columns.flatMap(({ length }) => length));
  workers
    .filter(({ id }) => !placed.has(id))
    .forEach(({ id }, index) => {
      const x = (index % aloneInRow) * (box.width + box.gapY);
      placed.set(id, { id, x, y: row(below + Math.floor(index / aloneInRow)) });
    });
  const nodes = workers.flatMap(({ id }) => placed.get(id) ?? []);
  return {
    nodes,
    edges: workers.flatMap(({ id, dependsOn }) =>
      dependsOn.flatMap((other) => {
        const [from, to] = [placed.get(id), placed.get(other)];
        return from && to ? [{ from, to }] : [];
      }),
    ),
    width: Math.max(0, ...nodes.map(({ x }) => x + box.width)),
    height: Math.max(0, ...nodes.map(({ y }) => y + box.height)),
  };
}

/** One more than the farthest of what it depends on. */
function columnsOf(known: ReadonlyMap<string, GraphNode>): (id: string) => number {
  const found = new Map<string, number>();
  const open = new Set<string>();
  const columnOf = (id: string): number => {
    const before = found.get(id);
    if (before !== undefined) return before;
    open.add(id);
    const needs = (known.get(id)?.dependsOn ?? []).filter((other) => known.has(other) && !open.has(other));
    const column = Math.max(-1, ...needs.map(columnOf)) + 1;
    open.delete(id);
    found.set(id, column);
    return column;
  };
  return columnOf;
}
