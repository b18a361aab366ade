import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagedExtension } from '../support/workbench.ts';
import { zipEntries } from '../support/zip-entries.ts';

/** Everything users get, and nothing else: one line for each kind of file. */
const belongs = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/package(\.nls(\.[\w-]+)?)?\.json$/,
  /^extension\/(readme|changelog)\.md$/,
  /^extension\/LICENSE\.txt$/,
  /^extension\/dist\/[\w-]+\.(js|css)$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/syntaxes\/[\w.-]+\.json$/,
  /^extension\/media\/[\w/.-]+\.(svg|png|md)$/,
  /^extension\/docs\/pictures\/[\w-]+\.png$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/client\/agents\/skills\/[\w-]+\/SKILL\.md$/,
];

describe('the package', () => {
  const names = zipEntries(readFileSync(packagedExtension())).map(({ name }) => name);

  it('holds only what users need', () => {
    assert.deepEqual(
      names.filter((name) => !belongs.some((pattern) => pattern.test(name))),
      [],
    );
  });

  it('holds every bundle that the build makes', () => {
    // Programs take the library from npm.
    const built = readdirSync(DIST_FOLDER).filter((file) => /\.(js|css)$/.test(file) && file !== 'library.js');
    const packed = names.map((name) => /^extension\/dist\/(.*)$/.exec(name)?.[1]).filter((name) => name !== undefined);
    assert.deepEqual(packed.sort(), built.sort());
  });

  it('is read by V8 in one byte a character', () => {
    const wide = readdirSync(DIST_FOLDER).filter(
      (file) => file.endsWith('.js') && /[^\0-\xff]/.test(readFileSync(path.join(DIST_FOLDER, file), 'utf8')),
    );
    assert.deepEqual(wide, []);
  });

  it('is refused when it is too big, naming its biggest files', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hsu-package-'));
    try {
      const pack = () =>
        execFileSync(
          process.execPath,
          [
            path.join(ROOT_FOLDER, 'test', 'tooling', 'package.mjs'),
            '--out',
            path.join(folder, 'x.vsix'),
            '--limit',
            '0.01',
          ],
          { encoding: 'utf8', stdio: 'pipe' },
        );
      assert.throws(pack, /The package is too big[^]*MB {2}dist\/master\.js/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
