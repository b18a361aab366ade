import assert from 'node:assert/strict';
import { applyEdits } from '../../../../master/config/apply-edits.ts';
import { renewFile } from '../../../../master/config/migration/renew-file.ts';
import { renewItem } from '../../../../master/config/migration/renew-item.ts';
import { unifyFile } from '../../../../master/config/migration/unify.ts';
import { WorkersDocument } from '../../../../master/config/workers-document.ts';
import { memoryWorld } from '../../../support/memory-world.ts';

const world = memoryWorld({ '/work/bin/tools': { executable: true } });

describe('a migration of a worker', () => {
  for (const columns of [2, 3, 4, 8]) {
    const deeper = ' '.repeat(columns);
    const text = [
      'workers:',
      `${deeper}- id: a`,
      `${deeper}  type: process`,
      `${deeper}  execution:`,
      `${deeper}  ${deeper}executable_path: bin/tools`,
      `${deeper}  ${deeper}environment:`,
      `${deeper}  ${deeper}${deeper}A: b # c`,
      `${deeper}  restart:`,
      `${deeper}  ${deeper}max_attempts: 3`,
      '',
    ].join('\n');
    const expected = text.replace('max_attempts', 'max_retries');

    it(`leaves lines it does not touch indented by ${columns} columns`, () => {
      const document = WorkersDocument.open(text, world);
      const node = document.openItem(0)?.node;
      const renewed = node && renewItem(document.textOf(0), node);
      assert.ok(renewed);
      assert.equal(applyEdits(document.textOf(0), renewed.edits), expected.slice(expected.indexOf('\n') + 1));
      assert.equal(applyEdits(text, renewFile(text)), expected);
    });
  }

  for (const [what, before, dash] of [
    ['three spaces behind its dash', '', '-   '],
    ['three spaces behind its dash, below its key', '  ', '-   '],
    ['two spaces behind its dash', '    ', '-  '],
  ] as const) {
    const below = before + ' '.repeat(dash.length);
    const text = [
      'workers:',
      `${before}# about a`,
      `${before}${dash}id: a # the first`,
      `${below}type: process`,
      `${below}execution:`,
      `${below}    executable_path: bin/tools`,
      `${below}    args:`,
      `${below}        - -x`,
      `${below}        - |`,
      `${below}          two`,
      `${below}           lines`,
      '',
      `${below}restart:`,
      `${below}    max_attempts: 3`,
      `${before}# about b`,
      `${before}${dash}id: b`,
      `${below}type: process`,
      `${below}package: tools`,
      '',
    ].join('\n');
    for (const [ends, source] of [
      ['', text],
      [', with CRLF', text.replaceAll('\n', '\r\n')],
    ] as const) {
      it(`leaves lines as they are that have ${what}${ends}`, () => {
        const expected = source.replace('max_attempts', 'max_retries');
        const [before, after] = firstRenewed(source);
        assert.equal(after, before.replace('max_attempts', 'max_retries'));
        assert.equal(applyEdits(source, renewFile(source)), expected);
      });
    }
  }

  for (const columns of [2, 4]) {
    const deeper = ' '.repeat(columns);
    for (const [what, lines] of [
      ['comments behind keys', ['execution: # how', `${deeper}args:   # which`, `${deeper}${deeper}- -x`]],
      ['a comment behind a key and one below it', ['execution: # how', `${deeper}# more`, `${deeper}args: [-x]`]],
      ['a list in the column of its key', ['depends_on:', '- b', 'execution:', `${deeper}args:`, `${deeper}- -x`]],
      ['lists in two columns', ['depends_on:', '- b', 'execution:', `${deeper}args:`, `${deeper}${deeper}- -x`]],
    ] as const) {
      it(`leaves ${what} where they are, ${columns} columns a level`, () => {
        const own = [...lines, 'restart:', `${deeper}max_attempts: 3`].map((line) => `${deeper}  ${line}`);
        for (const ends of ['\n', '\r\n']) {
          const text = ['workers: # all', `${deeper}- id: a`, `${deeper}  type: process`, ...own, ''].join(ends);
          const expected = text.replace('max_attempts', 'max_retries');
          const [, after] = firstRenewed(text);
          assert.equal(after, expected.slice(expected.indexOf('\n') + 1));
          assert.equal(applyEdits(text, renewFile(text)), expected);
        }
      });
    }
  }

  it('that writes it in the unified form leaves the spaces behind its dash', () => {
    const text =
      'workers:\n  -   id: a\n      type: managed\n      unit:\n          managed:\n              control:\n                  execution:\n                      executable_path: bin/tools\n';
    const written = applyEdits(text, unifyFile(text));
    assert.match(
      written,
      /^workers:\n {2}- {3}id: a\n {6}type: process\n {6}execution:\n {10}executable_path: bin\/tools\n/,
    );
  });

  it('keeps an alias whose anchor stands above the workers', () => {
    const text = 'x: &base { type: process }\nworkers:\n  - <<: *base\n    id: a\n    restart: { max_attempts: 3 }\n';
    const [before, after] = firstRenewed(text);
    assert.equal(after, before.replace('max_attempts', 'max_retries'));
  });
});

/** The first worker of a file as it is written, and in the current spelling. */
function firstRenewed(text: string): readonly [before: string, after: string] {
  const document = WorkersDocument.open(text, world);
  const node = document.openItem(0)?.node;
  const before = document.textOf(0);
  const renewed = node && renewItem(before, node);
  assert.ok(renewed);
  return [before, applyEdits(before, renewed.edits)];
}
