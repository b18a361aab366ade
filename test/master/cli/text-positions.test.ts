import assert from 'node:assert/strict';
import { positionsIn } from '../../../master/cli/text-positions.ts';

describe('a position in a text', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['|', '0:0'],
    ['one|', '0:3'],
    ['one\n|', '1:0'],
    ['one\r\ntw|o', '1:2'],
    ['one\rtwo\n\n|three', '3:0'],
    ['one|\ntwo', '0:3'],
    ['𝄞|', '0:2'],
  ];
  for (const [marked, expected] of cases) {
    it(`${JSON.stringify(marked)} is ${expected}`, () => {
      const { line, character } = positionsIn(marked.replace('|', ''))(marked.indexOf('|'));
      assert.equal(`${line}:${character}`, expected);
    });
  }
});
