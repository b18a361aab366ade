import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import manifest from '../package.json' with { type: 'json' };

const pages = [
  ...['README.md', 'CHANGELOG.md'],
  ...readdirSync(path.join(ROOT_FOLDER, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

describe('the documentation', () => {
  for (const page of pages) {
    const text = readFileSync(path.join(ROOT_FOLDER, page), 'utf8');

    it(`${page} links to files that exist`, () => {
      const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map((match) => match[1] ?? '');
      const missing = targets.filter((target) => !existsSync(path.join(ROOT_FOLDER, path.dirname(page), target)));
      assert.deepEqual(missing, []);
    });

    it(`${page} names npm scripts that exist`, () => {
      const named = [...text.matchAll(/\bnpm run ([\w-]+)/g)].map((match) => match[1] ?? '');
      const missing = named.filter((name) => !(name in manifest.scripts));
      assert.deepEqual(missing, []);
    });
  }

  it('README.md shows each folder of the source on its map', () => {
    const map = readFileSync(path.join(ROOT_FOLDER, 'README.md'), 'utf8');
    const folders = ['master', 'server', 'client', 'schemas', 'syntaxes', 'test', 'examples', 'scripts', 'docs'];
    assert.deepEqual(
      folders.filter((folder) => !map.includes(`| \`${folder}/\``)),
      [],
    );
  });
});
