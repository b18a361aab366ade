import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findings } from '../../../master/config/finding-codes.ts';
import type { TextEdit } from '../../../master/config/problem.ts';
import { readPackageManifest } from '../../../master/config/read-package-manifest.ts';
import { readWorkersFile } from '../../../master/config/read-workers-file.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const folder = path.join(ROOT_FOLDER, 'test/fixtures/findings');
const toolsPackage = `name: tools
version: 1.2.3
supported_types: [process, module]
process: {executable_path: bin/tools}
module: {module_path: lib/tools.js, entry_point: CreateTools}
config_schema:
  type: object
  properties: {port: {type: integer}}
`;
const world = memoryWorld({
  '/work/package.yaml': { text: toolsPackage },
  '/work/bin/tools': { executable: true },
  '/work/lib/tools.js': { exports: ['CreateTools', 'helper'] },
  '/work/data.txt': {},
  '/work/p/package.yaml': {
    text: 'name: only-process\nversion: 1.0.0\nsupported_types: [process]\nprocess: {executable_path: run}\n',
  },
  '/work/p/run': { executable: true },
});

/**
 * Each file is a text whose lines say what is found in them, `# want HSU101 "part of the sentence"`; below `# fixed`
 * stands what its first remedy makes of it.
 */
describe('findings', () => {
  const files = readdirSync(folder);
  for (const file of files) {
    it(file.replace('.yaml', ''), () => {
      const [text = '', fixed] = readFileSync(path.join(folder, file), 'utf8').split('# fixed\n');
      const read = (source: string) =>
        file.includes('-package')
          ? readPackageManifest(source, world).problems
          : readWorkersFile(source, world).problems;
      const problems = read(text);
      assert.deepEqual(
        problems.map((one) => `${lineOf(text, one.start)}: ${one.code}`),
        wanted(text).map(({ line, code }) => `${line}: ${code}`),
        JSON.stringify(problems),
      );
      wanted(text).forEach(({ sentence }, index) => assert.match(problems[index]?.message ?? '', sentence));
      if (fixed === undefined) return;
      const [remedy] = problems.flatMap(({ fixes }) => fixes);
      assert.ok(remedy, 'there is a remedy');
      const mended = applied(text, remedy.edits);
      assert.equal(mended, fixed);
      const code = file.slice(0, 6);
      assert.ok(!read(mended).some((one) => one.code === code), 'the remedy removes the finding');
    });
  }

  it('has an example for every code', () => {
    const shown = new Set(files.map((file) => file.slice(0, 6)));
    assert.deepEqual(
      Object.keys(findings).filter((code) => !shown.has(code)),
      [],
    );
  });

  it('has a page for every code', () => {
    const missing = Object.keys(findings).filter(
      (code) => !existsSync(path.join(ROOT_FOLDER, 'docs/findings', `${code}.md`)),
    );
    assert.deepEqual(missing, []);
  });
});

function wanted(text: string): { line: number; code: string; sentence: RegExp }[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /# want (HSU\d+) "([^"]*)"/.exec(line);
    return match ? [{ line: index + 1, code: match[1] ?? '', sentence: new RegExp(match[2] ?? '') }] : [];
  });
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function applied(text: string, edits: readonly TextEdit[]): string {
  return [...edits]
    .sort((a, b) => b.start - a.start)
    .reduce((before, { start, end, newText }) => before.slice(0, start) + newText + before.slice(end), text);
}
