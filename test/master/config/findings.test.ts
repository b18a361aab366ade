import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { findings } from '../../../master/config/finding-codes.ts';
import type { Problem, TextEdit } from '../../../master/config/problem.ts';
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
  '/work/lib/tools.so': {},
  '/work/lib/tools.wasm': {},
  '/work/data.txt': {},
  '/work/bin/tool.py': {},
  '/work/p/package.yaml': {
    text: 'name: only-process\nversion: 1.0.0\nsupported_types: [process]\nprocess: {executable_path: run}\n',
  },
  '/work/p/run': { executable: true },
});

/**
 * Each file is a text whose lines say what is found in them, `# want HSU101 "part of the sentence"`. Below `# fixed`
 * stands what its first remedy makes of it; where there is none, `# no remedy:` says why.
 */
describe('findings', () => {
  const files = readdirSync(folder);
  for (const file of files) {
    it(file.replace('.yaml', ''), () => {
      const source = readFileSync(path.join(folder, file), 'utf8');
      const [, text = '', mark, expected = ''] =
        /^([\s\S]*?)(?:^# (fixed|no remedy:)([\s\S]*))?$(?![\s\S])/m.exec(source) ?? [];
      const read = (one: string) =>
        file.includes('-package') ? readPackageManifest(one, world).problems : readWorkersFile(one, world).problems;
      const problems = read(text);
      assert.deepEqual(
        problems.map((one) => `${lineOf(text, one.start)}: ${one.code}`),
        wanted(text).map(({ line, code }) => `${line}: ${code}`),
        JSON.stringify(problems),
      );
      wanted(text).forEach(({ sentence }, index) => assert.match(problems[index]?.message ?? '', sentence));
      assert.ok(mark, 'says what the remedy makes of it, or why there is none');
      const fixes = problems.flatMap((problem) => problem.fixes.map((fix) => ({ problem, fix })));
      for (const { problem, fix } of fixes) {
        const mended = applied(text, fix.edits);
        const left = (one: readonly Problem[]) => one.filter(({ code }) => code === problem.code).length;
        assert.ok(left(read(mended)) < left(problems), `"${fix.title}" removes the finding: ${mended}`);
      }
      if (mark === 'fixed') assert.equal(applied(text, fixes[0]?.fix.edits ?? []), expected.replace(/^\n/, ''));
      else
        assert.deepEqual(
          fixes.map(({ fix }) => fix.title),
          [],
        );
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
