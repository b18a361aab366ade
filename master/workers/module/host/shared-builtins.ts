import { EventEmitter } from 'node:events';

/** What every module of a thread has in common, by the name it goes by. */
const shared: readonly (readonly [string, object])[] = [
  ['globalThis', globalThis],
  ...[Object, Function, Array, String, Number, RegExp, Date, Map, Set, Promise, Error, EventEmitter].flatMap(
    (builtin): readonly (readonly [string, object])[] => [
      [builtin.name, builtin],
      [`${builtin.name}.prototype`, builtin.prototype as object],
    ],
  ),
  ['JSON', JSON],
  ['Math', Math],
  ['Reflect', Reflect],
];

/**
 * Notices what a module adds to or changes in the built-in objects while it starts: the other modules of the thread
 * see it too, and it stays when the module has ended.
 */
export class SharedBuiltins {
  readonly #starting = new Set<string>();
  #known = read();

  begin(id: string): void {
    if (this.#starting.size === 0) this.#known = read();
    this.#starting.add(id);
  }

  /** A sentence for the log of the module, undefined when nothing has changed. */
  end(id: string): string | undefined {
    const now = read();
    const changed = [...now].filter(([name, value]) => isChange(name, value, this.#known)).map(([name]) => name);
    const suspects = [...this.#starting].join(' or ');
    this.#known = now;
    this.#starting.delete(id);
    if (changed.length === 0) return undefined;
    const names =
      changed.length > 5 ? `${changed.slice(0, 5).join(', ')} and ${changed.length - 5} more` : changed.join(', ');
    return `${suspects} changed ${names}, which every module of its module host sees until that ends. Give it a thread of its own (module.isolation: thread) if the others should not.`;
  }
}

function read(): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, object] of shared) {
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Reflect.getOwnPropertyDescriptor(object, key);
      found.set(`${name}.${String(key)}`, descriptor?.get ?? descriptor?.value);
    }
  }
  return found;
}

/** Node itself puts many a global's value in the place of its getter when it is first used. */
function isChange(name: string, value: unknown, known: ReadonlyMap<string, unknown>): boolean {
  if (!known.has(name)) return true;
  return !name.startsWith('globalThis.') && !name.endsWith('.prototype') && !Object.is(known.get(name), value);
}
