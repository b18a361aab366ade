import assert from 'node:assert/strict';
import { linkedEditing } from '../../../server/features/linked-editing.ts';
import { cursorIn, openWorkers } from '../../support/open-document.ts';

function linked(marked: string): string[] | undefined {
  const { text, offset } = cursorIn(marked);
  const document = openWorkers(text);
  return linkedEditing(document, offset)?.ranges.map(({ start, end }) => {
    const range = { start, end };
    return `${start.line}:${start.character} ${document.places.getText(range)}`;
  });
}

describe('linked editing', () => {
  it('changes an id together with what waits for it, from either place', () => {
    const file =
      'workers:\n  - id: db\n  - id: api\n    depends_on: ["db"]\n  - id: web\n    depends_on:\n      - "db"\n';
    const expected = ['1:8 db', '3:18 db', '6:9 db'];
    assert.deepEqual(linked(file.replace('id: db', 'id: d|b')), expected);
    assert.deepEqual(linked(file.replace('["db"]', '["db|"]')), expected);
    assert.deepEqual(linked(file.replace('["db"]', '["db|"]').replaceAll('\n', '\r\n')), expected);
  });

  it('links nothing where an id stands alone, twice, or where no id is', () => {
    assert.equal(linked('workers:\n  - id: d|b\n'), undefined);
    assert.equal(linked('workers:\n  - id: d|b\n  - id: db\n  - id: api\n    depends_on: [db]\n'), undefined);
    assert.equal(linked('workers:\n  - id: db\n    type: pro|cess\n  - id: api\n    depends_on: [db]\n'), undefined);
  });
});
