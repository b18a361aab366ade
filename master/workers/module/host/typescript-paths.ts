import { existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

export function isTypeScript(file: string): boolean {
  return /\.[cm]?tsx?$/.test(file);
}

/** TypeScript names the file it will become (`./a.js`), or no extension at all. */
export function typeScriptFor(file: string, importer: string): string | undefined {
  if (!isTypeScript(importer)) return undefined;
  const swapped = file.replace(/\.([cm]?)js(x?)$/, '.$1ts$2');
  const candidates = [
    ...(swapped === file ? [] : [swapped, `${swapped}x`]),
    ...['.ts', '.tsx', '.mts', '.cts', '.js', '.json'].map((extension) => file + extension),
    ...['index.ts', 'index.tsx', 'index.js'].map((index) => path.join(file, index)),
  ];
  const found = candidates.find(isFile);
  return found === undefined ? undefined : realpathSync(found);
}

export function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}
