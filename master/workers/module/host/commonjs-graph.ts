import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import { resolveRequire, type Resolution } from './resolve-module.ts';
import { commonJsParameters, readCommonJs, readSource } from './source-file.ts';
import { isMethod } from './wrap-method.ts';

export interface CommonJsHost {
  builtin(name: string): object;
  /** What is there without being installed; undefined for all else. */
  provided(specifier: string): object | undefined;
  importDynamically(specifier: string, importer: string): Promise<vm.Module>;
}

/** A CommonJS `module`, as its file sees it. */
interface CommonJsModule {
  readonly id: string;
  readonly filename: string;
  readonly path: string;
  readonly paths: readonly string[];
  readonly children: CommonJsModule[];
  readonly parent: CommonJsModule | undefined;
  readonly require: NodeJS.Require;
  exports: unknown;
  loaded: boolean;
}

/** The CommonJS part of one run's module graph, with a cache of its own. */
export class CommonJsGraph {
  readonly #host: CommonJsHost;
  readonly #cache: Record<string, CommonJsModule | undefined> = Object.create(null) as Record<string, undefined>;

  constructor(host: CommonJsHost) {
    this.#host = host;
  }

  /** Runs the file unless it has run; returns its exports. */
  load(file: string, parent?: CommonJsModule): unknown {
    const known = this.#cache[file];
    if (known) {
      if (parent && !parent.children.includes(known)) parent.children.push(known);
      return known.exports;
    }
    const module = this.#create(file, parent);
    this.#cache[file] = module;
    try {
      this.#evaluate(module);
      module.loaded = true;
    } catch (error) {
      this.#cache[file] = undefined;
      throw error;
    }
    return module.exports;
  }

  requireFor(file: string, module?: CommonJsModule): NodeJS.Require {
    const native = createRequire(file);
    const require = (specifier: string): unknown => {
      const provided = this.#host.provided(specifier);
      const resolution = provided ? resolvedOrNot(specifier, file) : resolveRequire(specifier, file);
      if (!resolution) return provided;
      return resolution.kind === 'file'
        ? this.load(resolution.file, module)
        : this.#host.builtin(resolution.kind === 'builtin' ? resolution.name : specifier);
    };
    const resolve = (specifier: string, options?: { paths?: string[] | undefined }): string => {
      if (options) return native.resolve(specifier, options);
      const resolution = resolveRequire(specifier, file);
      return resolution.kind === 'file' ? resolution.file : specifier;
    };
    return Object.assign(require, {
      resolve: Object.assign(resolve, { paths: native.resolve.paths }),
      cache: this.#cache as NodeJS.Dict<NodeJS.Module>,
      main: undefined,
      extensions: native.extensions,
    });
  }

  #create(file: string, parent: CommonJsModule | undefined): CommonJsModule {
    const module: Omit<CommonJsModule, 'require'> = {
      id: file,
      filename: file,
      path: path.dirname(file),
      paths: createRequire(file).resolve.paths('x') ?? [],
      children: [],
      parent,
      exports: {},
      loaded: false,
    };
    const complete = Object.assign(module, { require: this.requireFor(file, module as CommonJsModule) });
    parent?.children.push(complete);
    return complete;
  }

  #evaluate(module: CommonJsModule): void {
    const { format, code } = readSource(module.filename);
    switch (format) {
      case 'json':
        module.exports = parseJson(code, module.filename);
        return;
      case 'addon':
        // Machine code belongs to the process: Node loads it once and keeps it.
        module.exports = createRequire(module.filename)(module.filename);
        return;
      case 'module':
      case 'commonjs':
        this.#run(module, readCommonJs(module.filename));
    }
  }

  #run(module: CommonJsModule, code: string): void {
    const compiled: unknown = vm.compileFunction(code, [...commonJsParameters], {
      filename: module.filename,
      importModuleDynamically: (specifier: string) => this.#host.importDynamically(specifier, module.filename),
    });
    if (!isMethod(compiled)) return;
    const { exports, require, filename, path: folder } = module;
    compiled.call(exports, exports, require, module, filename, folder);
  }
}

function resolvedOrNot(specifier: string, file: string): Resolution | undefined {
  try {
    return resolveRequire(specifier, file);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
