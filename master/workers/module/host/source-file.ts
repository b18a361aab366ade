import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import vm from 'node:vm';
import { loadPart } from '../../../load-part.ts';
import { isTypeScript } from './typescript-paths.ts';

export type SourceFormat = 'module' | 'commonjs' | 'json' | 'addon';

export interface SourceFile {
  readonly format: SourceFormat;
  /** JavaScript, or JSON text; empty for an addon. */
  readonly code: string;
}

export const commonJsParameters = ['exports', 'require', 'module', '__filename', '__dirname'] as const;

/** Texts outlive the graphs that run them: an unchanged file is neither read nor translated twice. */
const cache = new Map<string, { readonly stamp: string; readonly source: SourceFile }>();

/** Reads a file as Node would, TypeScript included. Throws what reading throws, and a SyntaxError for bad TypeScript. */
export function readSource(file: string): SourceFile {
  const { mtimeMs, size } = statSync(file);
  const stamp = `${mtimeMs} ${size}`;
  const known = cache.get(file);
  if (known?.stamp === stamp) return known.source;
  const source = read(file);
  cache.set(file, { stamp, source });
  return source;
}

function read(file: string): SourceFile {
  const extension = path.extname(file);
  if (extension === '.node') return { format: 'addon', code: '' };
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  if (extension === '.json') return { format: 'json', code: text };
  if (!isTypeScript(file)) {
    const format = writtenFormat(file) ?? (isCommonJs(text, file) ? 'commonjs' : 'module');
    return { format, code: format === 'commonjs' ? text.replace(/^#!/, '//') : text };
  }
  const { compileTypeScript, toCommonJs } = loadPart('compile-typescript');
  const code = compileTypeScript(text, file, 'module');
  const written = writtenFormat(file);
  if (written === 'module') return { format: 'module', code };
  if (isCommonJs(code, file)) return { format: 'commonjs', code };
  // TypeScript of a CommonJS project is written with import and export all the same.
  const commonJs = written === 'commonjs' || usesCommonJsGlobals(text);
  return commonJs ? { format: 'commonjs', code: toCommonJs(text, file) } : { format: 'module', code };
}

/** What the extension or the nearest package.json says; undefined when the syntax decides. */
function writtenFormat(file: string): 'module' | 'commonjs' | undefined {
  const extension = path.extname(file);
  if (/^\.m/.test(extension)) return 'module';
  if (/^\.c/.test(extension)) return 'commonjs';
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const type = packageType(path.join(folder, 'package.json'));
    if (type !== undefined) return type === 'none' ? undefined : type;
    if (path.basename(folder) === 'node_modules' || folder === path.dirname(folder)) return undefined;
  }
}

function packageType(file: string): 'module' | 'commonjs' | 'none' | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  try {
    const json: unknown = JSON.parse(text);
    const type: unknown = typeof json === 'object' && json !== null ? Reflect.get(json, 'type') : undefined;
    return type === 'module' || type === 'commonjs' ? type : 'none';
  } catch {
    return 'none';
  }
}

/** Whether a file of undecided kind leans on what only CommonJS has. */
function usesCommonJsGlobals(text: string): boolean {
  return /\b(?:__dirname|__filename|module\.exports)\b|\brequire\(/.test(text) && !/\bimport\.meta\b/.test(text);
}

/** The text as CommonJS, whatever it is written in: for `require()`, which cannot wait. */
export function readCommonJs(file: string): string {
  const { format, code } = readSource(file);
  return format === 'module' ? loadPart('compile-typescript').toCommonJs(code, file) : code;
}

/** Node's own test for a file that nothing is written about: module syntax makes it a module. */
function isCommonJs(code: string, file: string): boolean {
  try {
    vm.compileFunction(code.replace(/^#!/, '//'), [...commonJsParameters], { filename: file });
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    return !/import statement outside a module|Unexpected token 'export'|'import\.meta'|await is only valid|Identifier '(?:__filename|__dirname|require|module|exports)' has already/.test(
      message,
    );
  }
}
