// Packs the extension: `npm run package [-- --out FILE --limit MEGABYTES]`. What goes in is listed here, so nothing else can.
import { createVSIX } from '@vscode/vsce';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

const root = path.resolve(import.meta.dirname, '..', '..');
/** What users get beside the bundles. */
const contents = [
  ...['README.md', 'CHANGELOG.md', 'LICENSE', 'docs/findings', 'docs/pictures', 'media', 'schemas', 'syntaxes'],
  'client/agents/skills',
  ...readdirSync(root).filter((file) => /^package\.nls.*\.json$/.test(file)),
];

const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(root, `${manifest.name}-${manifest.version}.vsix`) },
    limit: { type: 'string', default: '2' },
  },
});

mkdirSync(path.join(root, '.cache'), { recursive: true });
const stage = mkdtempSync(path.join(root, '.cache', 'package-'));
process.once('exit', () => rmSync(stage, { recursive: true, force: true }));
const build = spawnSync(
  process.execPath,
  [path.join(root, 'esbuild.mjs'), '--production', '--outdir', path.join(stage, 'dist')],
  { stdio: 'inherit' },
);
if (build.status !== 0) process.exit(build.status ?? 1);
// Programs take the library from npm.
rmSync(path.join(stage, 'dist', 'library.js'));
for (const name of contents) {
  cpSync(path.join(root, name), path.join(stage, name), { recursive: true });
}
// What only this repository uses of its manifest stays here.
const { scripts, devDependencies, dependencies, prettier, private: unpublished, files, exports, ...shipped } = manifest;
writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(shipped, undefined, 2)}\n`);

// The stage holds nothing else, so nothing is left out of it.
writeFileSync(path.join(stage, '.vscodeignore'), '');

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
console.log(`${path.basename(options.out)}: ${megabytes(size)} MB, ${options.limit} MB allowed`);
if (size > Number(options.limit) * 1024 * 1024) {
  const files = readdirSync(stage, { recursive: true, encoding: 'utf8' }).map((file) => ({
    file,
    size: statSync(path.join(stage, file)).size,
  }));
  const largest = files.sort((a, b) => b.size - a.size).slice(0, 5);
  console.error(`The package is too big. Its biggest files, unpacked:`);
  for (const { file, size: bytes } of largest) console.error(`  ${megabytes(bytes)} MB  ${file}`);
  process.exitCode = 1;
}

/** @param {number} bytes */
function megabytes(bytes) {
  return (bytes / 1024 / 1024).toFixed(2);
}
