import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { box, type GraphNode, layOut } from '../../../client/details/dependency-layout.ts';

const chain: readonly GraphNode[] = [
  { id: 'web', dependsOn: ['api'] },
  { id: 'api', dependsOn: ['db', 'cache'] },
  { id: 'db', dependsOn: [] },
  { id: 'cache', dependsOn: [] },
  { id: 'alone', dependsOn: [] },
];

describe('the graph of dependencies', () => {
  it('puts what is needed left of what needs it, and what stands alone below', () => {
    const { nodes, edges } = layOut(chain);
    const at = new Map(nodes.map((node) => [node.id, node]));
    const x = (id: string) => at.get(id)?.x ?? NaN;
    assert.ok(x('db') < x('api') && x('api') < x('web'));
    assert.equal(x('db'), x('cache'));
    assert.ok((at.get('alone')?.y ?? 0) > Math.max(...['db', 'cache', 'api', 'web'].map((id) => at.get(id)?.y ?? 0)));
    assert.equal(edges.length, 3);
  });

  it('is there for a file without any dependency, and for none', () => {
    assert.equal(layOut([{ id: 'a', dependsOn: [] }]).nodes.length, 1);
    assert.deepEqual(layOut([]), { nodes: [], edges: [], width: 0, height: 0 });
  });

  it('places every worker once, none over another, whatever depends on what', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const files = fc.array(fc.subarray([...ids, 'missing']), { minLength: 1, maxLength: ids.length });
    fc.assert(
      fc.property(files, (lists) => {
        const workers = lists.map((dependsOn, at) => ({ id: ids[at] ?? '', dependsOn }));
        const { nodes, width, height } = layOut(workers);
        assert.deepEqual(
          nodes.map(({ id }) => id),
          workers.map(({ id }) => id),
        );
        assert.equal(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size, nodes.length);
        for (const { x, y } of nodes) assert.ok(x + box.width <= width && y + box.height <= height);
      }),
    );
  });
});
