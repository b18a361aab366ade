import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
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
  /^extension\/dist\/[\w-]+\.(c?js|css)$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/syntaxes\/[\w.-]+\.json$/,
  /^extension\/media\/[\w/.-]+\.(svg|png|md)$/,
  /^extension\/docs\/findings\/\w+\.md$/,
  /^extension\/docs\/pictures\/[\w-]+\.png$/,
  /^extension\/l10n\/[\w.-]+\.json$/,
  /^extension\/client\/agents\/skills\/[\w-]+\/SKILL\.md$/,
];

describe('the package', () => {
  const entries = zipEntries(readFileSync(packagedExtension()));
  const names = entries.map(({ name }) => name);
  const textOf = (name: string) =>
    entries
      .find((entry) => entry.name === name)
      ?.content()
      .toString() ?? '';

  it('holds only what users need', () => {
    assert.deepEqual(
      names.filter((name) => !belongs.some((pattern) => pattern.test(name))),
      [],
    );
  });

  it('holds every bundle that the build makes', () => {
    // Programs take the library from npm.
    const built = readdirSync(DIST_FOLDER).filter((file) => /\.(c?js|css)$/.test(file) && file !== 'library.js');
    const packed = names.map((name) => /^extension\/dist\/(.*)$/.exec(name)?.[1]).filter((name) => name !== undefined);
    assert.deepEqual(packed.sort(), built.sort());
  });

  it('holds every file that its manifest names: programs, icons, grammars, skills and the pictures of the walkthrough', () => {
    const named = [...pathsIn(JSON.parse(textOf('extension/package.json')))].map((file) => path.posix.normalize(file));
    for (const kind of [
      /^dist\/extension\.js$/,
      /^dist\/cli\.js$/,
      /\.svg$/,
      /\.png$/,
      /\.tmLanguage\.json$/,
      /SKILL\.md$/,
    ]) {
      assert.ok(
        named.some((file) => kind.test(file)),
        `${kind.source} is not among ${named.join()}`,
      );
    }
    assert.deepEqual(
      named.filter((file) => !names.includes(`extension/${file}`)),
      [],
    );
  });

  it('holds the text of each key that its manifest uses', () => {
    const texts = JSON.parse(textOf('extension/package.nls.json')) as Record<string, string>;
    const keys = [...textOf('extension/package.json').matchAll(/"%([^%"]+)%"/g)].map(([, key = '']) => key);
    assert.ok(keys.length > 0);
    assert.deepEqual(
      keys.filter((key) => !texts[key]),
      [],
    );
  });

  it('holds no source map, no sources, no tests and no native code, and is at most 2 MB', () => {
    const unwanted = /\.(map|ts|mts|cts|tsx|node|so|dll|dylib|exe)$|(^|\/)(test|node_modules)\/|koffi/;
    assert.deepEqual(
      names.filter((name) => unwanted.test(name)),
      [],
    );
    const bundles = names.filter((name) => /\.(js|css)$/.test(name));
    assert.deepEqual(
      bundles.filter((name) => /\n\/[/*][#@] sourceMappingURL=\S+\s*(\*\/)?\s*$/.test(textOf(name))),
      [],
    );
    const { size } = statSync(packagedExtension());
    assert.ok(size <= 2 * 1024 * 1024, `${size} bytes`);
  });

  it('is read by V8 in one byte a character', () => {
    const wide = readdirSync(DIST_FOLDER).filter(
      (file) => file.endsWith('.js') && /[^\0-\xff]/.test(readFileSync(path.join(DIST_FOLDER, file), 'utf8')),
    );
    assert.deepEqual(wide, []);
  });

  it('is refused when it is too big, naming its biggest files', function () {
    // Bounds a hang on a busy machine, which builds and packs here; nothing is measured.
    this.timeout(180_000);
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

/** Every file of the extension that a part of its manifest names. */
function* pathsIn(part: unknown): Iterable<string> {
  if (typeof part === 'string') {
    if (/^(\.\/)?[\w-]+(\/[\w.-]+)+\.\w+$/.test(part)) yield part;
  } else if (typeof part === 'object' && part !== null) {
    for (const inner of Object.values(part)) yield* pathsIn(inner);
  }
}
