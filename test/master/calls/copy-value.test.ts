import assert from 'node:assert/strict';
import { copyValue } from '../../../master/calls/copy-value.ts';
import { isJson } from '../../../master/calls/is-json.ts';

class Point {
  readonly x = 1;
}

const shared = { n: 1 };
const circle: { self?: unknown; list: unknown[] } = { list: [shared, shared] };
circle.self = circle;

/** Values, and whether JSON carries them as they are. */
const values: readonly (readonly [string, unknown, boolean])[] = [
  ['a text', 'text with \ud800 and ü', true],
  ['a number', 1.5, true],
  ['minus zero', -0, false],
  ['no number', NaN, false],
  ['undefined', undefined, false],
  ['null', null, true],
  ['a bigint', 3n, false],
  ['an empty object', {}, true],
  ['an object without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), false],
  ['nested objects and arrays', { a: [1, { b: [null, true] }], c: 'd' }, true],
  ['an array with a hole', [1, , 3], false],
  ['an object with an undefined property', { a: undefined }, false],
  ['an object with a key named __proto__', JSON.parse('{"__proto__": {"a": 1}}'), true],
  ['a circle with shared parts', circle, false],
  ['more objects than are compared one by one', Array.from({ length: 50 }, (_, n) => ({ n })), false],
  ['a Map of Sets', new Map([[{ k: 1 }, new Set([1])]]), false],
  ['a Date inside', { at: new Date(5) }, false],
  ['bytes', { bytes: new Uint8Array([1, 2]) }, false],
  ['an instance of a class', { point: new Point() }, false],
  ['an error', new TypeError('no'), false],
];

describe('a copied value', () => {
  for (const [what, value, json] of values) {
    it(`is what structuredClone makes of ${what}${json ? ', and JSON too' : ''}`, () => {
      const copy = copyValue(value);
      assert.deepEqual(copy, structuredClone(value));
      if (typeof value === 'object' && value !== null) assert.notEqual(copy, value);
      assert.equal(isJson(value), json);
      if (json) assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
    });
  }

  it('refers to one object as often as the original does', () => {
    const copy = copyValue(circle) as typeof circle;
    assert.equal(copy.self, copy);
    assert.equal(copy.list[0], copy.list[1]);
    assert.notEqual(copy.list[0], shared);
    const many = Array.from({ length: 40 }, () => ({}));
    const twice = copyValue([many, many]) as unknown[][];
    assert.equal(twice[0], twice[1]);
  });

  it('holds the bytes of a Buffer alone, not the pool they are in', () => {
    const copy = copyValue(Buffer.from('abc')) as Uint8Array;
    assert.deepEqual([copy.constructor, copy.buffer.byteLength], [Uint8Array, 3]);
  });

  it('is refused for what cannot be copied', () => {
    for (const value of [() => 1, Symbol('s'), { deep: [() => 1] }, Promise.resolve()]) {
      assert.throws(() => copyValue(value), { name: 'DataCloneError' });
    }
  });
});
