import vm from 'node:vm';

/** A star before the first quote after `import` or `export`: the importer has every name, whichever it uses. */
const takesAll = /\b(?:import|export)\b[^'"`]*?\*/;

/**
 * An object that ES modules import, such as a module of Node's own. What a getter of it makes is made only for those who
 * may use it: `http.WebSocket`, which Node 22 and later make when it is first asked for, takes 25 ms.
 */
export class OfferedModule {
  readonly module: vm.SyntheticModule;
  readonly #exports: object;
  readonly #names: ReadonlySet<string>;
  /** Those nobody has had reason to ask for yet. */
  readonly #unasked: Set<string>;
  #evaluated = false;

  constructor(exports: object, identifier: string) {
    this.#exports = exports;
    this.#names = new Set(Object.keys(exports)).add('default');
    this.#unasked = new Set(
      [...this.#names].filter((name) => Reflect.getOwnPropertyDescriptor(exports, name)?.get !== undefined),
    );
    this.module = new vm.SyntheticModule(
      [...this.#names],
      () => {
        this.#evaluated = true;
        for (const name of this.#names) if (!this.#unasked.has(name)) this.#set(name);
      },
      { identifier },
    );
  }

  /** Somebody imports it: `code` is the importer's; without it, whatever there is may be asked for. */
  importedBy(code: string | undefined): void {
    for (const name of this.#unasked) {
      // A name may be written with escapes.
      if (code !== undefined && !code.includes(name) && !code.includes('\\u') && !takesAll.test(code)) continue;
      this.#unasked.delete(name);
      if (this.#evaluated) this.#set(name);
    }
  }

  #set(name: string): void {
    const value: unknown = Reflect.get(this.#exports, name);
    this.module.setExport(name, name === 'default' && !('default' in this.#exports) ? this.#exports : value);
  }
}
