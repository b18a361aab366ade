import assert from 'node:assert/strict';
import type { Message } from 'vscode-languageserver';
import { encodeInSlices } from '../../server/encode-in-slices.ts';

describe('the writing of answers', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `wörker-"${index}"`, at: { line: index }, none: undefined }));
  const answers: Readonly<Record<string, unknown>> = {
    'a few': many(3),
    nothing: null,
    'a long list': many(2001),
    'a long list within an object': { kind: 'full', resultId: undefined, items: many(1500), more: { empty: {} } },
    'long lists of numbers and of nothing': { data: Array.from({ length: 700 }, (_, index) => index), rest: [] },
    'a list with gaps': Array.from({ length: 1000 }, (_, index) => (index % 2 === 0 ? undefined : [index])),
    'a long list deep within': { a: { b: { c: { d: many(600) } } } },
  };
  for (const [what, result] of Object.entries(answers)) {
    it(`is JSON: ${what}`, async () => {
      const message: Message & { id: number; result: unknown } = { jsonrpc: '2.0', id: 7, result };
      const written = await encodeInSlices.encode(message, { charset: 'utf-8' });
      assert.equal(Buffer.from(written).toString(), JSON.stringify(message));
    });
  }
});
