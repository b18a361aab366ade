import type { FileFact, InstalledPackage, World } from './world.ts';

/**
 * A world that remembers what was asked of it, so that a reading is repeated when one of the answers changes.
 * Questions are "file:/abs/path", "folder:/abs/path", "exports:/abs/path", "program:node", "environment:NAME" and "packages".
 */
export class AskingWorld implements World {
  readonly folder: string;
  readonly #world: World;
  readonly #asked: string[] = [];

  constructor(world: World) {
    this.#world = world;
    this.folder = world.folder;
  }

  /** What was asked so far, as one list for all that lately asked the same: a large file asks it for each worker. */
  get asked(): readonly string[] {
    const lists = lately.get(this.#world) ?? [];
    const same = lists.find((list) => isSame(list, this.#asked));
    if (same) return same;
    const list = [...this.#asked];
    lately.set(this.#world, [list, ...lists.slice(0, 7)]);
    return list;
  }

  resolve(...parts: string[]): string {
    return this.#world.resolve(...parts);
  }

  parent(path: string): string {
    return this.#world.parent(path);
  }

  file(path: string): FileFact | undefined {
    this.#ask(`file:${path}`);
    return this.#world.file(path);
  }

  names(folder: string): readonly string[] | undefined {
    this.#ask(`folder:${folder}`);
    return this.#world.names(folder);
  }

  packages(): readonly InstalledPackage[] | undefined {
    this.#ask('packages');
    return this.#world.packages();
  }

  environment(name: string): string | undefined {
    this.#ask(`environment:${name}`);
    return this.#world.environment(name);
  }

  environmentNames(): readonly string[] {
    return this.#world.environmentNames();
  }

  exports(path: string): readonly string[] | undefined {
    this.#ask(`exports:${path}`);
    return this.#world.exports(path);
  }

  program(name: string): string | null | undefined {
    this.#ask(`program:${name}`);
    return this.#world.program(name);
  }

  #ask(question: string): void {
    if (!this.#asked.includes(question)) this.#asked.push(question);
  }
}

const lately = new WeakMap<World, readonly (readonly string[])[]>();

function isSame(list: readonly string[], other: readonly string[]): boolean {
  return list.length === other.length && list.every((question, at) => question === other[at]);
}
