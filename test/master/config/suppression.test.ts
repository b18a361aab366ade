import assert from 'node:assert/strict';
import { readPackageManifest } from '../../../master/config/read-package-manifest.ts';
import { readWorkersFile } from '../../../master/config/read-workers-file.ts';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const world = memoryWorld({ '/work/run': { executable: true } });

/** A worker with an unknown key (HSU101) in line 5 and a secret in clear text (HSU505) in line 7, with these comments. */
function file({ head = '', line = '', above = '', last = '' } = {}): string {
  return `${head}workers:
  - id: a
    type: process
    execution: {executable_path: ./run}
${above}    colour: red${line}
    environment:
      API_TOKEN: "abcdef0123456789"${last}
`;
}

const codes = (text: string) => readWorkersFile(text, world).problems.map(({ code }) => code);

/** What the comment is, the comments of the file, and the findings that are left. */
const rows: readonly (readonly [string, Parameters<typeof file>[0], readonly string[]])[] = [
  ['no comment', {}, ['HSU101', 'HSU505']],
  ['one at the line, with the code', { line: ' # hsu-disable-line HSU101' }, ['HSU505']],
  ['one at the line, with another code', { line: ' # hsu-disable-line HSU505' }, ['HSU101', 'HSU505']],
  ['one at the line, without codes', { line: ' # hsu-disable-line' }, ['HSU505']],
  ['one behind other words', { line: ' # ours: hsu-disable-line' }, ['HSU101', 'HSU505']],
  ['one with several codes', { last: ' # hsu-disable-line HSU101, HSU505' }, ['HSU101']],
  ['one above', { above: '    # hsu-disable-next-line HSU101\n' }, ['HSU505']],
  ['one two lines above', { above: '    # hsu-disable-next-line HSU101\n    # about it\n' }, ['HSU101', 'HSU505']],
  ['one for the file, with a code', { head: '# hsu-disable-file HSU505\n' }, ['HSU101']],
  ['one for the file, without codes', { head: '# hsu-disable-file\n' }, []],
  ['one for the file behind the first worker', { above: '    # hsu-disable-file\n' }, ['HSU101', 'HSU505']],
];

describe('comments that silence findings', () => {
  for (const [what, comments, left] of rows) {
    it(`${what} leaves ${left.join(' and ') || 'nothing'}, with either line end`, () => {
      const text = file(comments);
      assert.deepEqual(codes(text), left);
      assert.deepEqual(codes(text.replaceAll('\n', '\r\n')), left);
    });
  }

  it('never silence what is no YAML', () => {
    assert.ok(codes('# hsu-disable-file\nworkers:\n  - id: "a # hsu-disable-line\n').includes('HSU001'));
  });

  it('silence what is about several workers where it is marked', () => {
    const twice = 'workers:\n  - {id: a, type: module}\n  - {id: a, type: module}\n';
    const found = codes(twice);
    assert.ok(found.includes('HSU201'), found.join());
    assert.ok(!codes(twice.replaceAll('}\n', '} # hsu-disable-line HSU201\n')).includes('HSU201'));
  });

  it('hold in a manifest too', () => {
    const manifest = (comment: string) =>
      readPackageManifest(`name: tools\nversion: 1.2${comment}\nprocess: {executable_path: run}\n`, world);
    assert.deepEqual(
      manifest('').problems.map(({ code }) => code),
      ['HSU601'],
    );
    assert.deepEqual(manifest(' # hsu-disable-line HSU601').problems, []);
  });

  it('work from the edit that writes them, and until the one that takes them away', () => {
    let document = WorkersDocument.open(file(), world);
    const at = document.text.indexOf(' red') + ' red'.length;
    const comment = ' # hsu-disable-line HSU101';
    document = document.edit([{ start: at, end: at, newText: comment }]);
    assert.deepEqual(
      document.problems.map(({ code }) => code),
      ['HSU505'],
    );
    document = document.edit([{ start: at, end: at + comment.length, newText: '' }]);
    assert.deepEqual(
      document.problems.map(({ code }) => code),
      ['HSU101', 'HSU505'],
    );
  });
});
