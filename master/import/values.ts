/** What a parsed file holds, whatever it holds. */
export function member(value: unknown, key: string): unknown {
  return isMapping(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A list of `NAME=value`, or a mapping; a name without a value is taken from the environment. */
export function environmentOf(value: unknown): Record<string, string> | undefined {
  const pairs = isMapping(value)
    ? Object.entries(value).map(
        ([name, one]) => [name, textOf(one) ?? (one === null ? fromOutside(name) : '')] as const,
      )
    : listOf(value).flatMap((one) => {
        const text = textOf(one) ?? '';
        const at = text.indexOf('=');
        if (text === '') return [];
        return [at < 0 ? ([text, fromOutside(text)] as const) : ([text.slice(0, at), text.slice(at + 1)] as const)];
      });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}

function fromOutside(name: string): string {
  return `\${env:${name}}`;
}
