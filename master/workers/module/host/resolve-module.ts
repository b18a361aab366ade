import { realpathSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { isFile, typeScriptFor } from './typescript-paths.ts';

/** Where an import leads: one of Node's own modules, or a file. */
export type Resolution =
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'data'; readonly url: string };

/** Node offers its ESM resolver only to ES modules; this bundle is none, so it asks a small one for it. */
const resolverSource =
  'data:text/javascript,export default (specifier, parent) => import.meta.resolve(specifier, parent)';

/** Compiled apart: V8 forgets who imports for code that it is given compiled (host-code.ts). */
function importByNode(): unknown {
  const code = `return import(${JSON.stringify(resolverSource)})`;
  const importModuleDynamically = vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  return Reflect.apply(vm.compileFunction(code, [], { importModuleDynamically }), undefined, []);
}

/** Resolves an `import` as Node does, conditions and all; throws Node's own error. */
export class ImportResolver {
  #ready: Promise<void> | undefined;
  #ask: ((specifier: string, parent: string) => unknown) | undefined;

  async resolve(specifier: string, importer: string): Promise<Resolution> {
    const plain = withoutNode(specifier, importer);
    if (plain) return plain;
    await this.ready();
    return this.resolveNow(specifier, importer);
  }

  /** Once `ready` has resolved. */
  resolveNow(specifier: string, importer: string): Resolution {
    if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
    const url = String(this.#ask?.(specifier, pathToFileURL(importer).href));
    if (url.startsWith('node:')) return { kind: 'builtin', name: url };
    if (url.startsWith('data:')) return { kind: 'data', url };
    return { kind: 'file', file: existing(fileURLToPath(url), specifier, importer) };
  }

  /** Node's own loader takes a few milliseconds to come up: a module that needs no answer of it starts without. */
  ready(): Promise<void> {
    this.#ready ??= this.#load();
    return this.#ready;
  }

  async #load(): Promise<void> {
    const module: unknown = await importByNode();
    const resolve: unknown = typeof module === 'object' && module !== null ? Reflect.get(module, 'default') : undefined;
    if (typeof resolve !== 'function') throw new Error('This Node.js offers no module resolver: use 20.19 or later.');
    this.#ask = (specifier, parent) => Reflect.apply(resolve, undefined, [specifier, parent]) as unknown;
  }
}

/** What there is no question about: a module of Node's own, and a file that stands where the import says. */
function withoutNode(specifier: string, importer: string): Resolution | undefined {
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
  if (!/^\.{0,2}\//.test(specifier) || /%(?:2f|5c)/i.test(specifier) || !path.isAbsolute(importer)) return undefined;
  const file = fileURLToPath(new URL(specifier, pathToFileURL(importer)));
  return isFile(file) ? { kind: 'file', file: realpathSync(file) } : undefined;
}

/** Resolves a `require()` as Node does; throws Node's own error. */
export function resolveRequire(specifier: string, importer: string): Resolution {
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier };
  try {
    return { kind: 'file', file: createRequire(importer).resolve(specifier) };
  } catch (error) {
    const relative = /^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..';
    const file = relative ? typeScriptFor(path.resolve(path.dirname(importer), specifier), importer) : undefined;
    if (file === undefined) throw error;
    return { kind: 'file', file };
  }
}

function existing(file: string, specifier: string, importer: string): string {
  if (isFile(file)) return realpathSync(file);
  const alternative = typeScriptFor(file, importer);
  if (alternative !== undefined) return alternative;
  const message = `Cannot find module '${specifier}' imported from ${importer}`;
  throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' });
}
