import module from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readCommonJs, readSource } from './source-file.ts';
import { isTypeScript, typeScriptFor } from './typescript-paths.ts';
import { isMethod } from './wrap-method.ts';

/**
 * Teaches Node's own loader TypeScript, for programs. Where Node takes hooks in the thread itself they serve `import`
 * and `require` alike; Node 20 needs one way for each, and this file is loaded a second time in its hooks' thread.
 */

interface LoadResult {
  readonly format: string;
  readonly source: string;
  readonly shortCircuit: true;
}

/** Node's hook: the text of a file. */
export function load<Context, Result>(
  url: string,
  context: Context,
  next: (url: string, context: Context) => Result,
): Result | LoadResult {
  const file = url.startsWith('file:') ? fileURLToPath(url) : '';
  if (!isTypeScript(file)) return next(url, context);
  const { format, code } = readSource(file);
  return { format, source: code, shortCircuit: true };
}

/** Node's hook: `./a.js` and `./a` lead to `a.ts` where a TypeScript file says so. */
export function resolve<Result>(
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => Result,
): Result {
  const importer = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
  const relative = importer !== undefined && /^\.{1,2}\//.test(specifier);
  const wanted = relative ? fileURLToPath(new URL(specifier, context.parentURL)) : undefined;
  const file = wanted === undefined || importer === undefined ? undefined : typeScriptFor(wanted, importer);
  return next(file === undefined ? specifier : pathToFileURL(file).href, context);
}

export function install(): void {
  const registerHooks: unknown = Reflect.get(module, 'registerHooks');
  if (isMethod(registerHooks)) {
    registerHooks.call(module, { load, resolve });
    return;
  }
  module.register(pathToFileURL(__filename).href);
  const extensions: unknown = Reflect.get(module, '_extensions');
  if (typeof extensions !== 'object' || extensions === null) return;
  for (const extension of ['.ts', '.tsx', '.cts', '.mts']) {
    Reflect.set(extensions, extension, (target: { _compile(code: string, file: string): void }, file: string) => {
      target._compile(readCommonJs(file), file);
    });
  }
}
