import assert from 'node:assert/strict';
import { LanguageClient } from '../support/language-client.ts';

const uri = 'file:///work/workers.yaml';
const worker = (index: number) =>
  `  - id: w${index}\n    type: process\n    execution: &run${index} { executable_path: /bin/sh }\n    start_timeout: &time${index} 5 s\n` +
  `    graceful_timeout: *time${index >> 1}\n    depends_on: [w${index === 0 ? 1 : 0}]\n`;
const text = `workers:\n${Array.from({ length: 1500 }, (_, index) => worker(index)).join('')}`;
const textDocument = { uri };
const last = { line: 1 + 6 * 1499 + 5, character: 18 };
const questions: readonly (readonly [method: string, params: object])[] = [
  ['textDocument/documentSymbol', { textDocument }],
  ['textDocument/semanticTokens/full', { textDocument }],
  ['textDocument/foldingRange', { textDocument }],
  ['textDocument/hover', { textDocument, position: { ...last, line: last.line - 2 } }],
  ['textDocument/definition', { textDocument, position: last }],
  ['textDocument/completion', { textDocument, position: last }],
  ['textDocument/diagnostic', { textDocument }],
];

describe('what is asked while the workers of a large file are still being told apart', () => {
  it('is answered as it is afterwards', async () => {
    const client = new LanguageClient();
    try {
      await client.initialize({ textDocument: { diagnostic: {} } });
      const ask = () => Promise.all(questions.map(([method, params]) => client.connection.sendRequest(method, params)));
      const opened = client.open(uri, text);
      const first = await ask();
      await opened;
      const afterwards = await ask();
      for (const [index, [method]] of questions.entries()) assert.deepEqual(first[index], afterwards[index], method);
      assert.ok(first.every((answer) => JSON.stringify(answer).length > 50));
    } finally {
      client.dispose();
    }
  });

  it('is answered of the text as it is then, edits taken in', async () => {
    const client = new LanguageClient();
    try {
      await client.initialize({ textDocument: { diagnostic: {} } });
      const opened = client.open(uri, text);
      const asked = client.connection.sendRequest('textDocument/foldingRange', { textDocument });
      const change = { range: { start: { line: 1, character: 8 }, end: { line: 1, character: 10 } }, text: 'first' };
      const changed = client.change(uri, 2, [change]);
      await Promise.all([opened, asked, changed]);
      const symbols = await client.connection.sendRequest<{ name: string }[]>('textDocument/documentSymbol', {
        textDocument,
      });
      assert.equal(symbols.length, 1500);
      assert.deepEqual(
        symbols.slice(0, 2).map(({ name }) => name),
        ['first', 'w1'],
      );
    } finally {
      client.dispose();
    }
  });
});
