import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { answerLimit, boundedJson, newest, page } from '../../../master/agent/bounded.ts';
import { lineDiff } from '../../../master/config/line-diff.ts';
import { sourcePositions } from '../../../master/agent/source-positions.ts';

describe('an answer for an agent', () => {
  it('is JSON within the limit, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 3_000, unit: 'grapheme' })),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (list, more) => {
          const text = boundedJson({ list, more });
          assert.ok(Buffer.byteLength(text) <= answerLimit);
          assert.equal(typeof JSON.parse(text), 'object');
        },
      ),
    );
  });

  it('is not cut where it fits', () => assert.equal(boundedJson({ a: ['b'] }), '{"a":["b"]}'));

  it('comes in pages that together are everything', () => {
    const items = Array.from({ length: 50 }, (_, at) => `${at} ${'x'.repeat(at * 7)}`);
    const seen: string[] = [];
    for (let from: number | undefined = 0; from !== undefined;) {
      const { shown, next }: ReturnType<typeof page<string>> = page(items, from, 500);
      assert.ok(shown.length > 0);
      seen.push(...shown);
      from = next;
    }
    assert.deepEqual(seen, items);
    assert.deepEqual(newest(['aaaa', 'b', 'c'], 8), ['b', 'c']);
  });
});

describe('a diff by lines', () => {
  it('shows each changed place', () => {
    assert.equal(lineDiff('a\nb\nc\nd\n', 'a\nB\nc\nd\ne\n'), '@@ line 2 @@\n-b\n+B\n@@ line 5 @@\n+e');
  });
  it('is empty for equal texts', () => assert.equal(lineDiff('a', 'a'), ''));
});

describe('places in the source', () => {
  for (const [what, stack] of [
    ['Node', 'TypeError: x\n    at start (/app/src/a.ts:12:5)\n    at node:internal/x:1:1'],
    ['an ES module', '    at file:///app/src/a.ts:12:5'],
    ['Python', '  File "/app/src/a.ts", line 12, in <module>'],
    ['Go', '\t/app/src/a.ts:12 +0x1d'],
  ] as const) {
    it(`are read from a stack of ${what}`, () => {
      const [first] = sourcePositions(stack, '/app');
      assert.deepEqual([first?.file, first?.line], ['src/a.ts', 12]);
    });
  }

  it('are only those of the project itself', () => {
    assert.deepEqual(sourcePositions('at /other/a.js:1:1\nat f (/app/node_modules/x/i.js:2:3)', '/app'), []);
  });
});
