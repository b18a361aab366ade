/** The longest answer of a tool, in bytes. */
export const answerLimit = 4_000;

/** The text in at most `limit` characters, with the rest counted. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${text.length - limit} characters more)`;
}

export interface Page<T> {
  readonly shown: readonly T[];
  /** Where the next page begins; undefined when this is the last one. */
  readonly next: number | undefined;
}

/** As many items from `from` on as fit into `bytes` of JSON, at least one. */
export function page<T>(items: readonly T[], from: number, bytes: number): Page<T> {
  let left = bytes;
  let end = from;
  while (end < items.length) {
    left -= sizeOf(items[end]) + 1;
    if (left < 0 && end > from) break;
    end += 1;
  }
  return { shown: items.slice(from, end), next: end < items.length ? end : undefined };
}

/** As many of the newest items as fit into `bytes` of JSON, in their order. */
export function newest<T>(items: readonly T[], bytes: number): readonly T[] {
  return page(items.toReversed(), 0, bytes).shown.toReversed();
}

/** JSON of at most `answerLimit` bytes: what does not fit is cut, text by text and list by list, and said to be. */
export function boundedJson(value: object): string {
  const whole = JSON.stringify(value);
  if (Buffer.byteLength(whole) <= answerLimit) return whole;
  for (const [characters, items] of [
    [400, 30],
    [200, 20],
    [100, 10],
    [50, 6],
    [24, 3],
    [8, 1],
  ] as const) {
    const text = JSON.stringify({ cut: 'Too long; some parts are cut.', ...cutObject(value, characters, items) });
    if (Buffer.byteLength(text) <= answerLimit) return text;
  }
  return JSON.stringify({ cut: 'The answer is too long to be shown. Ask for less.' });
}

function cutObject(value: object, characters: number, items: number): object {
  const entries = Object.entries(value);
  const kept = entries.slice(0, items * 3).map(([key, item]) => [key, cut(item, characters, items)] as const);
  return Object.fromEntries(
    entries.length > kept.length ? [...kept, ['…', `${entries.length - kept.length} more`]] : kept,
  );
}

function cut(value: unknown, characters: number, items: number): unknown {
  if (typeof value === 'string') return shorten(value, characters);
  if (Array.isArray(value)) {
    const kept = value.slice(0, items).map((item) => cut(item, characters, items));
    return value.length > kept.length ? [...kept, `… ${value.length - kept.length} more`] : kept;
  }
  return typeof value === 'object' && value !== null ? cutObject(value, characters, items) : value;
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '');
}
