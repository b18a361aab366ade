import { execa } from 'execa';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { installFromDebian } from '../editor-host/debian.ts';
import { onPath } from '../editor-host/on-path.ts';

/** A C library of test/fixtures/modules/native, built where koffi is installed beside it; kept below .cache/. */
export async function nativeLibrary(name: string): Promise<string> {
  const folder = path.join(ROOT_FOLDER, '.cache/native');
  await mkdir(folder, { recursive: true });
  if (!(await stat(path.join(folder, 'node_modules/koffi')).catch(() => undefined))) {
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    await execa('npm', ['install', '--no-audit', '--no-fund', '--no-save', 'koffi@3.3.4'], { cwd: folder });
  }
  return buildLibrary(name, folder);
}

/** The same in any folder. */
export async function buildLibrary(name: string, folder: string): Promise<string> {
  const library = path.join(folder, `${name}.so`);
  const source = path.join(ROOT_FOLDER, 'test/fixtures/modules/native', `${name}.c`);
  // Put in its place whole: what runs may have the former one mapped.
  await execa('cc', ['-shared', '-fPIC', '-pthread', '-O1', '-o', `${library}.new`, source]);
  await rename(`${library}.new`, library);
  return library;
}

const compilers = {
  go: { command: 'go', debian: 'golang-go', build: (out: string) => ['build', '-buildmode=c-shared', '-o', out] },
  rust: { command: 'rustc', debian: 'rustc', build: (out: string) => ['--crate-type', 'cdylib', '-o', out] },
} as const;

/** How long a compiler may take to be installed and to compile, in milliseconds. */
export const compilerPatienceMs = 300_000;

/**
 * Built from the code that docs/modules.md shows in that language. Debian's compilers are installed when root.
 * @throws {Error} saying what to install
 */
export async function documentedLibrary(language: keyof typeof compilers): Promise<string> {
  const guide = await readFile(path.join(ROOT_FOLDER, 'docs/modules.md'), 'utf8');
  const [, text] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(guide) ?? [];
  if (text === undefined) throw new Error(`docs/modules.md shows no ${language}`);
  return compiled('beat', language, text);
}

/** A library of test/fixtures/modules/native in Go, as above. */
export async function goLibrary(name: string): Promise<string> {
  const source = path.join(ROOT_FOLDER, 'test/fixtures/modules/native', `${name}.go`);
  return compiled(name, 'go', await readFile(source, 'utf8'));
}

async function compiled(name: string, language: keyof typeof compilers, text: string): Promise<string> {
  const { command, debian, build } = compilers[language];
  if (onPath(command) === undefined) {
    await installFromDebian([debian], {
      missing: `the tests of native libraries need ${command}`,
      wayOut: 'install it, or run as root on Debian, where it is installed then',
      report: (line) => console.log(line),
    });
  }
  const folder = path.dirname(await nativeLibrary('counter'));
  const source = path.join(folder, `${name}.${language === 'go' ? 'go' : 'rs'}`);
  const library = path.join(folder, `${name}-${language}.so`);
  await writeFile(source, text);
  await execa(command, [...build(`${library}.new`), source], { cwd: folder });
  await rename(`${library}.new`, library);
  return library;
}
