import assert from 'node:assert/strict';
import { applyEdits } from '../../../../master/config/apply-edits.ts';
import { renewFile } from '../../../../master/config/migration/renew-file.ts';
import { renewItem } from '../../../../master/config/migration/renew-item.ts';
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

  it('keeps an alias whose anchor stands above the workers', () => {
    const text = 'x: &base { type: process }\nworkers:\n  - <<: *base\n    id: a\n    restart: { max_attempts: 3 }\n';
    const document = WorkersDocument.open(text, world);
    const node = document.openItem(0)?.node;
    const renewed = node && renewItem(document.textOf(0), node);
    assert.ok(renewed);
    assert.equal(
      applyEdits(document.textOf(0), renewed.edits),
      document.textOf(0).replace('max_attempts', 'max_retries'),
    );
  });
});
