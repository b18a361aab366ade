// Packs the extension: `npm run package [-- --out FILE]`. What goes in is listed here, so nothing else can.
import { createVSIX, listFiles } from '@vscode/vsce';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.dirname(import.meta.dirname);
const stage = path.join(root, '.cache', 'package');
const largestAllowed = 1.5 * 1024 * 1024;
/** Beside the bundles; some of them stand only in part of the history of the project. */
const contents = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'docs/pictures',
  'l10n',
  'language-configuration.json',
  'media',
  'package.nls.json',
  'schemas',
  'syntaxes',
];

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { values: options } = parseArgs({
  options: { out: { type: 'string', default: path.join(root, `${manifest.name}-${manifest.version}.vsix`) } },
});

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
const build = spawnSync(
  process.execPath,
  [path.join(root, 'esbuild.mjs'), '--production', '--outdir', path.join(stage, 'dist')],
  { stdio: 'inherit' },
);
if (build.status !== 0) process.exit(build.status ?? 1);
for (const name of contents.filter((file) => existsSync(path.join(root, file)))) {
  cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
}
// What only this repository uses of its manifest stays here.
const { scripts, devDependencies, dependencies, prettier, private: unpublished, ...shipped } = manifest;
writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(shipped, undefined, 2)}\n`);

const draft = `${options.out}.${process.pid}`;
await createVSIX({
  cwd: stage,
  packagePath: draft,
  dependencies: false,
  allowMissingRepository: true,
  skipLicense: false,
  rewriteRelativeLinks: false,
});
renameSync(draft, options.out);

const { size } = statSync(options.out);
const limit = `${megabytes(largestAllowed)} MB allowed`;
console.log(`${path.basename(options.out)}: ${megabytes(size)} MB, ${limit}`);
if (size > largestAllowed) {
  const files = (await listFiles({ cwd: stage, dependencies: false })).map((file) => ({
    file,
    size: statSync(path.join(stage, file)).size,
  }));
  const largest = files.sort((a, b) => b.size - a.size).slice(0, 5);
  console.error(`The package is too big. Its biggest files, unpacked:`);
  for (const { file, size: bytes } of largest) console.error(`  ${megabytes(bytes)} MB  ${file}`);
  process.exitCode = 1;
}

function megabytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(2);
}
