import assert from 'node:assert/strict';
import { findFactory } from '../../../client/lenses/find-factory.ts';

describe('the place of a factory in a source', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['// Make\nexport function Make() {}', 1],
    ['\n\nexport const Make = defineModule(() => ({}));', 2],
    ['export default async function Make() {}', 0],
    ['exports.Maker = 1;\nexports.Make = () => {};', 1],
    ['module.exports.Make = () => {};', 0],
    ['function Make() {}\nexport { Make };', 0],
    ['export function Maker() {}', undefined],
    ['// export function Make() {}\nconst text = "export function Make";', undefined],
  ];
  for (const [text, line] of cases) {
    it(`${JSON.stringify(text)}: ${line ?? 'none'}`, () => assert.equal(findFactory(text, 'Make'), line));
  }
});
