import type { FileFact, InstalledPackage, World } from './world.ts';

/**
 * A world that remembers what was asked of it, so that a reading is repeated when one of the answers changes.
 * Questions are "file:/abs/path", "folder:/abs/path", "exports:/abs/path", "program:node", "environment:NAME" and "packages".
 */
export class AskingWorld implements World {
  readonly folder: string;
  readonly #world: World;
  /** Kind and subject of each question, one behind the other: made to sentences only where nobody asked the same before. */
  readonly #asked: string[] = [];

  constructor(world: World) {
    this.#world = world;
    this.folder = world.folder;
  }

  /** What was asked so far, as one list for all that lately asked the same: a large file asks it for each worker. */
  get asked(): readonly string[] {
    const lists = lately.get(this.#world) ?? [];
    const same = lists.find(({ asked }) => isSame(asked, this.#asked));
    if (same) return same.questions;
    const asked = [...this.#asked];
    const questions: string[] = [];
    for (let at = 0; at < asked.length; at += 2) {
      const kind = asked[at] ?? '';
      questions.push(kind === 'packages' ? kind : `${kind}:${asked[at + 1] ?? ''}`);
    }
    lately.set(this.#world, [{ asked, questions }, ...lists.slice(0, 7)]);
    return questions;
  }

  resolve(...parts: string[]): string {
    return this.#world.resolve(...parts);
  }

  parent(path: string): string {
    return this.#world.parent(path);
  }

  file(path: string): FileFact | undefined {
    this.#ask('file', path);
    return this.#world.file(path);
  }

  names(folder: string): readonly string[] | undefined {
    this.#ask('folder', folder);
    return this.#world.names(folder);
  }

  packages(): readonly InstalledPackage[] | undefined {
    this.#ask('packages');
    return this.#world.packages();
  }

  environment(name: string): string | undefined {
    this.#ask('environment', name);
    return this.#world.environment(name);
  }

  environmentNames(): readonly string[] {
    return this.#world.environmentNames();
  }

  exports(path: string): readonly string[] | undefined {
    this.#ask('exports', path);
    return this.#world.exports(path);
  }

  program(name: string): string | null | undefined {
    this.#ask('program', name);
    return this.#world.program(name);
  }

  #ask(kind: string, subject = ''): void {
    const asked = this.#asked;
    for (let at = 0; at < asked.length; at += 2) if (asked[at] === kind && asked[at + 1] === subject) return;
    asked.push(kind, subject);
  }
}

interface Asked {
  readonly asked: readonly string[];
  readonly questions: readonly string[];
}

const lately = new WeakMap<World, readonly Asked[]>();

function isSame(list: readonly string[], other: readonly string[]): boolean {
  return list.length === other.length && list.every((question, at) => question === other[at]);
}
