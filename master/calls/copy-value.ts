/**
 * A copy as the structured clone algorithm makes it, and several times as fast for plain data. Whoever gets it may
 * change it. Throws a DataCloneError for what cannot be copied, such as a function.
 *
 * Objects and arrays are copied here, with shared references and cycles kept; a value that holds anything else
 * (a Map, a Date, an instance of a class) is left to Node as a whole.
 */
export function copyValue(value: unknown): unknown {
  if (isPrimitive(value)) return value;
  const copy = typeof value === 'object' && value !== null ? copyObject(value, new Seen()) : foreign;
  return copy === foreign ? structuredClone(value) : copy;
}

/** Stands for a value that holds something else than plain data. */
const foreign = Symbol('foreign');

type Container = Record<string, unknown> | unknown[];

function copyContainer(value: Container, seen: Seen): Container | typeof foreign {
  if (Array.isArray(value)) {
    const copy = value.slice();
    seen.add(value, copy);
    for (let index = 0; index < copy.length; index++) {
      const item: unknown = copy[index];
      if (typeof item === 'object' && item !== null) {
        const itemCopy = copyObject(item, seen);
        if (itemCopy === foreign) return foreign;
        copy[index] = itemCopy;
      } else if (!isPrimitive(item)) return foreign;
    }
    return copy;
  }
  const copy: Record<string, unknown> = { ...value };
  seen.add(value, copy);
  for (const key in copy) {
    const item = copy[key];
    if (typeof item === 'object' && item !== null) {
      const itemCopy = copyObject(item, seen);
      if (itemCopy === foreign) return foreign;
      copy[key] = itemCopy;
    } else if (!isPrimitive(item)) return foreign;
  }
  return Object.getOwnPropertySymbols(copy).length === 0 ? copy : foreign;
}

function copyObject(value: object, seen: Seen): unknown {
  const known = seen.find(value);
  if (known) return known;
  if (isContainer(value)) return copyContainer(value, seen);
  if (!(value instanceof Uint8Array)) return foreign;
  // Node's own copy of a Buffer would copy the whole pool that it is a part of.
  const copy = new Uint8Array(value);
  seen.add(value, copy);
  return copy;
}

function isContainer(value: unknown): value is Container {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' ? typeof value !== 'function' && typeof value !== 'symbol' : value === null;
}

/** Beyond so many objects a search from the front is slower than a table. */
const fewObjects = 16;

interface Copied {
  readonly original: object;
  readonly copy: object;
  readonly before: Copied | undefined;
}

/** Which objects have been copied: each once, however often it is referred to. */
class Seen {
  /** A chain rather than a list, which takes room for many with the first. */
  #last: Copied | undefined;
  #count = 0;
  #table: Map<object, object> | undefined;

  add(original: object, copy: object): void {
    if (this.#table) {
      this.#table.set(original, copy);
      return;
    }
    this.#last = { original, copy, before: this.#last };
    this.#count += 1;
    if (this.#count <= fewObjects) return;
    this.#table = new Map();
    for (let at: Copied | undefined = this.#last; at; at = at.before) this.#table.set(at.original, at.copy);
    this.#last = undefined;
  }

  find(original: object): object | undefined {
    if (this.#table) return this.#table.get(original);
    for (let at = this.#last; at; at = at.before) if (at.original === original) return at.copy;
    return undefined;
  }
}
