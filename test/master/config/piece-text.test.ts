import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { randomEdit, randomNumbers, sampleWorkers } from '../../support/random-edits.ts';

describe('positions of a workers file', () => {
  it('are those of the language server protocol, in any text', () => {
    const random = randomNumbers(11);
    for (let round = 0; round < 60; round++) {
      let document = WorkersDocument.open(sampleWorkers[round % sampleWorkers.length] ?? '', memoryWorld());
      for (let step = 0; step < 10; step++) {
        document = document.edit([randomEdit(document.text, random)]);
        const known = TextDocument.create('file:///x', 'yaml', 1, document.text);
        assert.equal(document.lineCount, known.lineCount);
        for (let probe = 0; probe < 20; probe++) {
          const offset = Math.floor(random() * (document.length + 1));
          const position = { line: Math.floor(random() * known.lineCount), character: Math.floor(random() * 50) };
          assert.deepEqual(
            document.positionAt(offset),
            known.positionAt(offset),
            `${JSON.stringify(document.text)} ${offset}`,
          );
          assert.equal(
            document.offsetAt(position),
            known.offsetAt(position),
            `${JSON.stringify(document.text)} ${JSON.stringify(position)}`,
          );
        }
      }
    }
  });
});
