import assert from 'node:assert/strict';
import { readPlainYaml } from '../../../master/config/syntax/read-plain-yaml.ts';
import { readYaml } from '../../../master/config/syntax/read-yaml.ts';
import { randomNumbers, randomEdit, sampleWorkers } from '../../support/random-edits.ts';

/** What stands before the texts. */
const anchors = new Map(
  readYaml(
    'x: &a { k: v, type: process, id: [1] }\ny: &base\n  type: process\n  <<: { restart: always }\nz: &five 5s\n',
  ).anchors,
);

/** The plain reader either gives exactly what the full one gives, or leaves the text to it. */
function agree(text: string): boolean {
  const plain = readPlainYaml(text, undefined, anchors);
  if (!plain) return false;
  const full = readYaml(text, anchors);
  assert.deepEqual(full.faults, [], JSON.stringify(text));
  assert.deepEqual(plain, full, JSON.stringify(text));
  return true;
}

describe('readPlainYaml', () => {
  const plain = [
    '- id: a\n  type: process\n',
    '  - id: "a\\n"\n    args: ["x", y, \'it\'\'s\', 1.5]\n    env: { A: 1, B: two }\n',
    '- a:\n  b:\n  - 1\n  -\n  c: # comment\n',
    '-   - x\n    - y: 0x1f\n      z: .5e3\n',
    '- <<: *base\n  id: *five # c\n  args: [*a, "x", *five]\n- *a\n- <<: [*a, *base]\n- k: 1\n  <<: *a\n- <<: {k: v}\n',
    'a: ~\nb: True\nc: null\nd: 1.10\ne: 0o17\nf: http://x:80/y#z\n"g h" : v\r\n',
  ];
  const anchored = [
    'a: &x 1\nb: &x {k: v} # c\nc: &y\n  d: &z "e"\n',
    '- &x # c\n  a: &y\n\n    - 1\n- &z [*a, 1]\n- &x text\n- <<: &m {k: *five}\n  a: 1\n',
    '  - &whole\r\n    id: e\r\n    restart: &r-1.x\r\n      <<: *base\r\n',
  ];
  for (const text of [...plain, ...anchored]) it(`reads ${JSON.stringify(text)}`, () => assert.ok(agree(text)));

  it('leaves to the full reader what is not plain', () => {
    for (const text of [
      'a: &x\n',
      'a: &x\n- 1\n',
      'a: &x b: 1\n',
      'a: &x *five\n',
      'a: &x 1\nb: *x\n',
      'a: &x [*x]\n',
      'a: [&x 1]\n',
      '&x a: 1\n',
      '- &x\n- 1\n',
      '- &x a: 1\n',
      'a: |\n  x\n',
      'a: b\n  c\n',
      'a: "b\n',
      '\ta: 1\n',
      'a: 1\na: 2\n',
      'a: b: c\n',
      'a: *unknown\n',
      'a: *five *five\n',
      '*five: 1\n',
      '{*five : 1}\n',
      '? a\n',
      '--- a\n',
      'w null:\t [{inulld: aé*aocess',
      '-\ta: b\n',
      '?\ta: b\n',
      'depends_on: [-]\n',
      'depends_on: [a, ?, b]\n',
    ]) {
      assert.equal(readPlainYaml(text, undefined, anchors), undefined, text);
    }
  });

  it('agrees with the full reader on texts edited at random', function () {
    this.timeout(120_000);
    const random = randomNumbers(7);
    let read = 0;
    for (let round = 0; round < 300; round++) {
      let text = sampleWorkers[round % sampleWorkers.length] ?? '';
      for (let step = 0; step < 20; step++) {
        const { start, end, newText } = randomEdit(text, random);
        text = text.slice(0, start) + newText + text.slice(end);
        if (agree(text)) read++;
      }
    }
    assert.ok(read > 150, `only ${read} texts were plain`);
  });
});
