const words: Readonly<Record<string, boolean | null>> = {
  '~': null,
  null: null,
  Null: null,
  NULL: null,
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};
const numeric = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

/** What a plain scalar means in YAML 1.2's core schema; `first` is the code of its first character. */
export function plainValue(source: string, first: number): string | number | boolean | null {
  if (first <= 57 ? first >= 43 : false) {
    if (numeric.test(source)) return Number(source);
    if (/^0o[0-7]+$/.test(source)) return Number.parseInt(source.slice(2), 8);
    if (/^0x[0-9a-fA-F]+$/.test(source)) return Number.parseInt(source.slice(2), 16);
    if (/^[-+]?\.(?:inf|Inf|INF)$/.test(source)) return source.startsWith('-') ? -Infinity : Infinity;
    return /^\.(?:nan|NaN|NAN)$/.test(source) ? Number.NaN : source;
  }
  if (source.length <= 5 && Object.hasOwn(words, source)) return words[source] ?? null;
  return source;
}
