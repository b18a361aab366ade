const reference = /\$\{env:([^}:]*)(?::-([^}]*))?\}/g;

export interface VariableReference {
  readonly name: string;
  readonly fallback?: string;
  /** Within the text. */
  readonly start: number;
  readonly end: number;
}

/** Every `${env:NAME}` and `${env:NAME:-default}` of a text. */
export function variablesIn(text: string): VariableReference[] {
  if (!text.includes('${env:')) return [];
  return [...text.matchAll(reference)].map((match) => ({
    name: match[1] ?? '',
    ...(match[2] === undefined ? {} : { fallback: match[2] }),
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Whether any string within refers to a variable. */
export function mentionsVariables(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${env:');
  return typeof value === 'object' && value !== null && Object.values(value).some(mentionsVariables);
}

/** Puts values in place of the variables of every string within; what has no value stays as written. */
export function expandVariables(value: unknown, environment: (name: string) => string | undefined): unknown {
  if (typeof value === 'string') {
    if (!value.includes('${env:')) return value;
    return value.replaceAll(
      reference,
      (whole, name: string, fallback: string | undefined) => environment(name) ?? fallback ?? whole,
    );
  }
  if (Array.isArray(value)) return value.map((item) => expandVariables(item, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expandVariables(item, environment)]));
}
