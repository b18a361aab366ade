/** Reading plain values without trusting them: what has not the wanted shape is undefined. */

export function mapping(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isMapping(value) ? value : undefined;
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value of a key. Keys that every object has, such as `constructor`, are not asked for. */
export function field(value: unknown, key: string): unknown {
  return isMapping(value) ? value[key] : undefined;
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Any scalar is accepted where a string is expected. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.map((item) => text(item) ?? '') : undefined;
}

/** Floats are cut where an integer is expected, as the older parsers do. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

const flags: Readonly<Record<string, boolean>> = { yes: true, on: true, y: true, no: false, off: false, n: false };

export function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'string' ? flags[value.toLowerCase()] : undefined;
}

export function oneOf<const T extends string>(value: unknown, choices: readonly T[]): T | undefined {
  return choices.find((choice) => choice === value);
}

/** The object without the keys that are undefined. */
export function present<const T extends object>(value: T): Present<T> {
  const kept: Record<string, unknown> = {};
  for (const key in value) {
    const one = value[key];
    if (one !== undefined) kept[key] = one;
  }
  // Leaving out undefined keys is exactly what the type says; the checker cannot follow the loop.
  return kept as Present<T>;
}

export type Present<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
