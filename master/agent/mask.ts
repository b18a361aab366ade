const hidden = '[masked]';

/** Takes secrets out of text; `text` of values that belong to a secret's name takes everything. */
export interface Mask {
  text(text: string): string;
  /** A copy with every string masked, and hidden where its key names a secret. */
  value(value: unknown, key?: string): unknown;
}

/** `secrets` are values known to be secret, whatever stands around them; short ones would mask ordinary words. */
export function maskOf(secrets: Iterable<string>): Mask {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= 6).sort((a, b) => b.length - a.length);
  const text = (given: string) => maskPatterns(known.reduce((result, one) => result.replaceAll(one, hidden), given));
  const value = (given: unknown, key = ''): unknown => {
    if (typeof given === 'string') return isSecretName(key) && given !== '' ? hidden : text(given);
    if (Array.isArray(given)) return given.map((item) => value(item, key));
    if (typeof given !== 'object' || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, value(item, name)]));
  };
  return { text, value };
}

const secretWords = 'passw(?:or)?d|passphrase|secret|token(?!s)|api[_-]?key|access[_-]?key|private[_-]?key|credential';
const secretName = new RegExp(`${secretWords}|_pwd$|^pwd_|_key$|[a-z]Key$|_dsn$|connection[_-]?string`, 'i');

/** Whether the value under this name is one that nobody should read. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Every text that stands below a name of a secret. */
export function secretsIn(value: unknown, key = ''): readonly string[] {
  if (typeof value === 'string') return isSecretName(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, key));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => secretsIn(item, name));
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // A JSON web token; keys of cloud providers, code hosts, registries, chat and model services by their prefixes.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abeprs]-|sk-|sk_live_|rk_live_|AIza|hf_)[\w-]{12,}/g, hidden],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|digest|token)\s+)?[^\s"',;]+/gi, `$1${hidden}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${hidden}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*:)[^\s@/]+@/gi, `$1${hidden}@`],
  [
    new RegExp(`([\\w.-]*(?:${secretWords})[\\w.-]*["']?\\s*[:=]\\s*)("[^"]+"|'[^']+'|[^\\s"',;&)}\\]$[]{3,})`, 'gi'),
    `$1${hidden}`,
  ],
];

function maskPatterns(text: string): string {
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
