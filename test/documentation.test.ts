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
  it('links to files that exist', () => {
    const missing = matches(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g).filter(
      ({ page, text }) => !existsSync(path.join(ROOT_FOLDER, path.dirname(page), text)),
    );
    assert.deepEqual(missing, []);
  });

  it('names npm scripts that exist', () => {
    const missing = matches(/\bnpm run ([\w-]+)/g).filter(({ text }) => !(text in manifest.scripts));
    assert.deepEqual(missing, []);
  });

  it('README.md shows each folder of the source on its map', () => {
    const map = readFileSync(path.join(ROOT_FOLDER, 'README.md'), 'utf8');
    const folders = ['master', 'server', 'client', 'schemas', 'syntaxes', 'test', 'examples', 'docs'];
    assert.deepEqual(
      folders.filter((folder) => !map.includes(`| \`${folder}/\``)),
      [],
    );
  });
});

/** What the group of a pattern matches, on all pages. */
function matches(pattern: RegExp): readonly { readonly page: string; readonly text: string }[] {
  return pages.flatMap((page) =>
    [...readFileSync(path.join(ROOT_FOLDER, page), 'utf8').matchAll(pattern)].map(([, text = '']) => ({ page, text })),
  );
}
