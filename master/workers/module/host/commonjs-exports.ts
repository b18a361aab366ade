import { parse } from 'cjs-module-lexer';
import { resolveRequire } from './resolve-module.ts';
import { readSource } from './source-file.ts';

/** The names that a CommonJS file exports, read from its text as Node does, without running it. */
export function exportNames(file: string, seen = new Set<string>()): Set<string> {
  const names = new Set<string>();
  if (seen.has(file)) return names;
  seen.add(file);
  const { format, code } = readSource(file);
  if (format !== 'commonjs') return names;
  const { exports, reexports } = lex(code);
  for (const name of exports) names.add(name);
  for (const specifier of reexports) {
    for (const name of reexported(specifier, file, seen)) names.add(name);
  }
  return names;
}

function reexported(specifier: string, file: string, seen: Set<string>): Iterable<string> {
  try {
    const resolution = resolveRequire(specifier, file);
    return resolution.kind === 'file' ? exportNames(resolution.file, seen) : [];
  } catch {
    return [];
  }
}

function lex(code: string): { readonly exports: readonly string[]; readonly reexports: readonly string[] } {
  try {
    return parse(code);
  } catch {
    return { exports: [], reexports: [] };
  }
}
