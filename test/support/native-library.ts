import { execa } from 'execa';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
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
