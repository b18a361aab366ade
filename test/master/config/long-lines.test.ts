import assert from 'node:assert/strict';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { readPackageManifest } from '../../../master/config/read-package-manifest.ts';
import { memoryWorld } from '../../support/memory-world.ts';
import { openWorkers } from '../../support/open-document.ts';
import { completion } from '../../../server/features/completion.ts';
import { hover } from '../../../server/features/hover.ts';

const world = memoryWorld({ '/work/run': { executable: true } });
const head = 'workers:\n  - id: a\n    type: process\n    execution: { executable_path: run }\n';
const last = '    enabled: perhaps\n  - id: b\n    type: proces\n';
const many = (part: string) => part.repeat(Math.ceil(200_000 / part.length));

/** Each a line that no fast reading takes, for it repeats a key, nests or is no YAML. */
const lines: readonly (readonly [string, string])[] = [
  ['plain text', `    type: ${many('y ')}y`],
  ['double quotes', `    type: "${many('y ')}"`],
  ['double quotes with escapes', `    type: "${many('\\x41')}"`],
  ['single quotes', `    type: '${many('y ')}'`],
  ['a flow list', `    args: [${many('y, ')}y]`],
  ['a flow mapping', `    labels: {${many('y: 1, ')}z: 1}`],
  ['brackets', `    ${many('[{')}`],
  ['a key', `    ${many('y')}: 1`],
];

describe('a line that is longer than anybody writes', () => {
  for (const [name, line] of lines) {
    for (const end of ['\n', '\r\n']) {
      it(`of ${name} is told as such, and all else in the file as without it${end === '\n' ? '' : ', with \\r\\n'}`, () => {
        const write = (text: string) => text.replaceAll('\n', end);
        const text = write(`${head}${line}\n${last}`);
        const without = WorkersDocument.open(write(head + last), world);
        const document = WorkersDocument.open(text, world);
        const indent = line.search(/\S/);
        const start = write(head).length + indent;
        const [long] = document.problems;
        assert.ok(long);
        assert.deepEqual([long.code, long.start, long.end], ['HSU001', start, start + line.length - indent]);
        assert.match(long.message, /^This line has 20\d,\d{3} characters, and lines of more than 100,000 are not read/);
        const others = document.problems.filter(({ workerId }) => workerId === 'b');
        assert.deepEqual(
          others.map(({ code, message }) => [code, message]),
          without.problems.filter(({ workerId }) => workerId === 'b').map(({ code, message }) => [code, message]),
        );
        assert.equal(document.readingOf(0)?.id?.value, 'a');
        assert.equal(document.text, text);
      });
    }
  }

  it('is read like any other where it is simple', () => {
    const text = `${head}    metadata: { description: x }\n    module:\n      config:\n        note: "${many('y ')}"\n`;
    assert.deepEqual(WorkersDocument.open(text, world).problems, []);
  });

  it('is told in a manifest too', () => {
    const { problems } = readPackageManifest(`name: x\nversion: 1.0.0\nname: "${many('y')}"\nprocess: {path: run}\n`);
    assert.deepEqual([problems[0]?.code, problems[0]?.start], ['HSU001', 23]);
  });

  it('has nothing to complete or to hover', () => {
    const document = openWorkers(`${head}    args: [${many('y, ')}y]\n`, world);
    for (const offset of [head.length + 6, head.length + 100, head.length + 150_000]) {
      assert.deepEqual(completion(document, offset, { snippets: false }), []);
      assert.equal(hover(document, offset), null);
    }
  });
});
