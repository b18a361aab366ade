import { execa } from 'execa';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

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
  go: { command: 'go', build: (out: string) => ['build', '-buildmode=c-shared', '-o', out] },
  rust: { command: 'rustc', build: (out: string) => ['--crate-type', 'cdylib', '-o', out] },
} as const;

/** Built from the code that docs/modules.md shows in that language; undefined where its compiler is not installed. */
export async function documentedLibrary(language: keyof typeof compilers): Promise<string | undefined> {
  const guide = await readFile(path.join(ROOT_FOLDER, 'docs/modules.md'), 'utf8');
  const [, text] = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'ms').exec(guide) ?? [];
  if (text === undefined) throw new Error(`docs/modules.md shows no ${language}`);
  return compiled('beat', language, text);
}

/** A library of test/fixtures/modules/native in Go; undefined where Go is not installed. */
export async function goLibrary(name: string): Promise<string | undefined> {
  const source = path.join(ROOT_FOLDER, 'test/fixtures/modules/native', `${name}.go`);
  return compiled(name, 'go', await readFile(source, 'utf8'));
}

async function compiled(name: string, language: keyof typeof compilers, text: string): Promise<string | undefined> {
  const { command, build } = compilers[language];
  const { code } = await execa(command, [language === 'go' ? 'version' : '--version'], { reject: false });
  if (code === 'ENOENT') return undefined;
  const folder = path.dirname(await nativeLibrary('counter'));
  const source = path.join(folder, `${name}.${language === 'go' ? 'go' : 'rs'}`);
  const library = path.join(folder, `${name}-${language}.so`);
  await writeFile(source, text);
  await execa(command, [...build(`${library}.new`), source], { cwd: folder });
  await rename(`${library}.new`, library);
  return library;
}
