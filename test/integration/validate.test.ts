import assert from 'node:assert/strict';
import { lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';

const good = 'workers:\n  - id: a\n    type: process\n    execution: {executable_path: node, args: [a.mjs]}\n';
const warned = `${good}    colour: red\n`;
const wrong = good.replace('process', 'proces');

describe('hsu validate', function () {
  this.timeout(60_000);
  let project: Project;

  beforeEach(() => {
    project = new Project({
      'workers.yaml': good,
      'warned/workers.yaml': warned,
      'wrong/workers.yaml': wrong,
      'laid/workers.yaml': good,
      'laid/workers.dev.yaml': 'workers:\n  - id: a\n    enabled: false\n',
      'other/package.yaml': 'name: thing\nlibrary:\n  source-dirs: src\n',
    });
  });

  afterEach(() => project.dispose());

  /** The words behind `validate`, the exit status, and what its output or its sentence must match. */
  const rows: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['nothing wrong', [], 0, /^1 file, no findings\.\n$/],
    ['warnings alone', ['warned'], 0, /^warned\/workers\.yaml:5:5: warning: .* \[HSU101\]/],
    [
      'an error',
      ['wrong/workers.yaml'],
      1,
      /^wrong\/workers\.yaml:3:11: error: .* \[HSU104\]\n +3 \| .*\n +\| +\^{6}\n/,
    ],
    ['several files, one with an error', ['workers.yaml', 'wrong'], 1, /\n2 files, 1 finding\.\n$/],
    ['a pattern', ['**/workers.yaml'], 1, /\n4 files, 2 findings\.\n$/],
    ['a folder, without what other tools have in it', ['.'], 1, /\n5 files, 2 findings\.\n$/],
    ['JSON', ['warned', '--format', 'json'], 0, /^\[\s*\{/],
    ['JSON by the switch of every command', ['--json'], 0, /^\[\]\n$/],
    ['SARIF', ['wrong', '--format', 'sarif'], 1, /"version": ?"2\.1\.0"/],
    ['annotations', ['wrong', '--format', 'github'], 1, /^::error file=wrong\/workers\.yaml,line=3,/],
    ['an overlay that leaves out what the file below says', ['laid'], 0, /^2 files, no findings\.\n$/],
    ['a file that is not there', ['missing.yaml'], 1, /There is no file or folder .*missing\.yaml/],
    ['a folder without any', ['empty'], 1, /empty/],
    ['another format', ['--format', 'xml'], 2, /--format is text, json, sarif or github, not "xml"\./],
    ['a switch that nobody knows', ['--fiix'], 2, /fiix/],
  ];
  for (const [what, words, code, told] of rows) {
    it(`exits ${code} on ${what}`, async () => {
      const result = await project.hsu('validate', ...words);
      assert.equal(result.code, code, JSON.stringify(result));
      assert.match(result.stdout + result.stderr, told);
      assert.equal(result.stderr === '', !/^There|--format|fiix|empty/.test(result.stderr), result.stderr);
    });
  }

  it('--fix writes what is obvious, keeps the rest as it is, and exits by what is left', async () => {
    const both = `# mine\r\n${wrong.replaceAll('\n', '\r\n')}  - id: b # later\r\n    type: module\r\n`;
    project.write('workers.yaml', both);
    const { code, stdout } = await project.hsu('validate', '--fix', '--json');
    assert.equal(code, 1);
    const left = JSON.parse(stdout) as { code: string }[];
    assert.deepEqual(
      left.map((one) => one.code),
      ['HSU401'],
    );
    const written = readFileSync(path.join(project.folder, 'workers.yaml'), 'utf8');
    assert.equal(written, both.replace('proces\r', 'process\r'));
    project.write('workers.yaml', wrong);
    assert.equal((await project.hsu('validate', '--fix')).code, 0);
    assert.equal(readFileSync(path.join(project.folder, 'workers.yaml'), 'utf8'), good);
  });

  it('--fix keeps a byte order mark, and mends what a link leads to', async () => {
    project.write('real.yaml', `\uFEFF${wrong}`);
    const link = path.join(project.folder, 'linked.yaml');
    symlinkSync('real.yaml', link);
    assert.equal((await project.hsu('validate', 'linked.yaml', '--fix')).code, 0);
    assert.ok(lstatSync(link).isSymbolicLink());
    assert.equal(readFileSync(path.join(project.folder, 'real.yaml'), 'utf8'), `\uFEFF${good}`);
  });

  it('--fix leaves a file alone that is no UTF-8, and says so', async () => {
    const latin = Buffer.from(`# Größe\n${wrong}`, 'latin1');
    writeFileSync(project.file, latin);
    const { code, stdout, stderr } = await project.hsu('validate', '--fix');
    assert.deepEqual([code, stdout], [1, '']);
    assert.equal(stderr, `${project.file} is no UTF-8 text: save it with that encoding.\n`);
    assert.deepEqual(readFileSync(project.file), latin);
  });
});
