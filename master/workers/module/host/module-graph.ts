import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import vm from 'node:vm';
import * as contract from '../contract.ts';
import { CommonJsGraph } from './commonjs-graph.ts';
import { exportNames } from './commonjs-exports.ts';
import { loadPart } from '../../../load-part.ts';
import { loadAddress } from './load-number.ts';
import { OfferedModule } from './offered-module.ts';
import type { ImportResolver, Resolution } from './resolve-module.ts';
import { readSource } from './source-file.ts';

/** What the loader offers to every module without being installed. */
const provided: ReadonlyMap<string, object> = new Map([['hsu-workers/module', contract]]);

/**
 * Everything one run of a module has loaded. Node's own loader keeps each ES module for ever; this one is dropped as
 * a whole, so the next start begins from fresh files and the former generation is garbage.
 */
export class ModuleGraph {
  readonly #resolver: ImportResolver;
  readonly #modules = new Map<string, vm.Module>();
  readonly #builtins = new Map<string, OfferedModule>();
  /** What those that import may ask for stands in their code. */
  readonly #codes = new WeakMap<vm.Module, string>();
  readonly #commonJs: CommonJsGraph;
  /** Some code may ask `import.meta.resolve`, which cannot wait. */
  #mayResolve = false;
  /** Linking walks the graph; two walks at once would each find the other's modules half linked. */
  #linking: Promise<void> = Promise.resolve();

  constructor(resolver: ImportResolver) {
    this.#resolver = resolver;
    this.#commonJs = new CommonJsGraph({
      builtin: (name) => this.#builtin(name),
      provided: (specifier) => provided.get(specifier),
      importDynamically: (specifier, importer) => this.#importFrom(specifier, importer),
    });
  }

  /** Loads and evaluates a file with all it imports. */
  async import(file: string): Promise<object> {
    const module = await this.#import({ kind: 'file', file });
    return module.namespace;
  }

  async #importFrom(specifier: string, importer: string): Promise<vm.Module> {
    return this.#import(await this.#locate(specifier, importer));
  }

  async #import(resolution: Resolution | object): Promise<vm.Module> {
    const module = this.#module(resolution);
    const linked = this.#linking.then(() => this.#link(module));
    this.#linking = linked.catch(() => undefined);
    await linked;
    if (this.#mayResolve) await this.#resolver.ready();
    await module.evaluate();
    return module;
  }

  async #link(module: vm.Module): Promise<void> {
    if (module.status !== 'unlinked') return;
    await module.link(async (specifier, referrer) =>
      this.#module(await this.#locate(specifier, importerOf(referrer)), this.#codes.get(referrer)),
    );
  }

  async #locate(specifier: string, importer: string): Promise<Resolution | object> {
    const own = provided.get(specifier);
    if (!own) return this.#resolver.resolve(specifier, importer);
    try {
      return await this.#resolver.resolve(specifier, importer);
    } catch {
      return own;
    }
  }

  /** `code` is that of the importer; without it, all that the module offers may be asked for. */
  #module(resolution: Resolution | object, code?: string): vm.Module {
    if (!('kind' in resolution)) return offer(new OfferedModule(resolution, 'hsu-workers:module'), code);
    switch (resolution.kind) {
      case 'builtin':
        return offer(this.#offered(resolution.name), code);
      case 'data':
        return this.#kept(resolution.url, () => this.#source(dataText(resolution.url), resolution.url));
      case 'file':
        return this.#kept(resolution.file, () => this.#file(resolution.file));
    }
  }

  #offered(name: string): OfferedModule {
    const known = this.#builtins.get(name);
    if (known) return known;
    const offered = new OfferedModule(this.#builtin(name), name);
    this.#builtins.set(name, offered);
    return offered;
  }

  #kept(key: string, create: () => vm.Module): vm.Module {
    const known = this.#modules.get(key);
    if (known) return known;
    const module = create();
    this.#modules.set(key, module);
    return module;
  }

  #file(file: string): vm.Module {
    const { format, code } = readSource(file);
    if (format === 'module') return this.#source(code, pathToFileURL(file).href, file);
    if (format === 'json') {
      return new vm.SyntheticModule(
        ['default'],
        function () {
          this.setExport('default', JSON.parse(code));
        },
        { identifier: pathToFileURL(file).href },
      );
    }
    const names = format === 'commonjs' ? exportNames(file) : new Set<string>();
    names.add('default').add('module.exports');
    const load = () => this.#commonJs.load(file);
    return new vm.SyntheticModule(
      [...names],
      function () {
        const exports = load();
        for (const name of names) this.setExport(name, property(exports, name));
        this.setExport('default', exports);
        this.setExport('module.exports', exports);
      },
      { identifier: pathToFileURL(file).href },
    );
  }

  #source(code: string, url: string, file?: string): vm.Module {
    this.#mayResolve ||= code.includes('meta');
    try {
      const module = new vm.SourceTextModule(code, {
        identifier: loadAddress(url),
        initializeImportMeta: (meta) => {
          this.#fillMeta(meta, url, file);
        },
        importModuleDynamically: (specifier, referrer) => this.#importFrom(specifier, importerOf(referrer)),
      });
      this.#codes.set(module, code);
      return module;
    } catch (error) {
      throw file === undefined ? error : located(error, code, file);
    }
  }

  #fillMeta(meta: object, url: string, file: string | undefined): void {
    const locate = (specifier: string) => {
      const resolution = this.#resolver.resolveNow(specifier, file ?? url);
      return resolution.kind === 'file' ? pathToFileURL(resolution.file).href : specifier;
    };
    Object.assign(meta, { url, resolve: locate });
    if (file !== undefined) Object.assign(meta, { filename: file, dirname: path.dirname(file) });
  }

  /** `createRequire` of a module leads into its own graph, or what it loads would never be let go. */
  #builtin(name: string): object {
    const own: unknown = process.getBuiltinModule(name);
    const builtin = typeof own === 'object' || typeof own === 'function' ? own : undefined;
    if (!builtin) throw new Error(`Node.js has no built-in module ${name}`);
    if (name !== 'module' && name !== 'node:module') return builtin;
    const requireFor = (from: string | URL) => this.#commonJs.requireFor(fileOf(from));
    return new Proxy(builtin, {
      get: (target, key) => (key === 'createRequire' ? requireFor : (Reflect.get(target, key) as unknown)),
    });
  }
}

function importerOf(referrer: { readonly identifier?: unknown }): string {
  return fileOf(String(referrer.identifier));
}

function fileOf(from: string | URL): string {
  const text = String(from);
  return text.startsWith('file:') ? fileURLToPath(text) : text;
}

function property(value: unknown, name: string): unknown {
  return (typeof value === 'object' || typeof value === 'function') && value !== null
    ? Reflect.get(value, name)
    : undefined;
}

function offer(offered: OfferedModule, code: string | undefined): vm.Module {
  offered.importedBy(code);
  return offered.module;
}

function dataText(url: string): string {
  const [, base64, data = ''] = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url) ?? [];
  return base64 ? Buffer.from(data, 'base64').toString('utf8') : decodeURIComponent(data);
}

/** V8 keeps the place of a module's syntax error to itself; the same lines as CommonJS fail at the same place. */
function located(error: unknown, code: string, file: string): unknown {
  if (!(error instanceof SyntaxError)) return error;
  let place = file;
  try {
    vm.compileFunction(loadPart('compile-typescript').toCommonJs(code, file), [], { filename: file });
  } catch (twin) {
    if (twin instanceof SyntaxError) place = twin.stack?.split('\n', 1)[0] ?? file;
  }
  error.stack = `${place}\n${error.stack ?? error.message}`;
  return error;
}
