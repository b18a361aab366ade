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
  const text = (given: string) =>
    maskPatterns(
      known.reduce((result, one) => (result.includes(one) ? result.replaceAll(one, hidden) : result), given),
    );
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

/** What every text has that one of the patterns is found in; most texts have none of it. Patterns are bounded: a worker writes them. */
const hint =
  /passw|passphrase|secret|token|key|credential|authorization|bearer|eyJ|A[KS]IA|gh[pousr]_|github_pat_|glpat-|npm_|xox[abeprs]-|sk-|[sr]k_live_|AIza|hf_|:\/\//i;

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  // A JSON web token; keys of cloud providers, code hosts, registries, chat and model services by their prefixes.
  [/\beyJ[\w-]{8,4096}\.[\w-]{8,8192}\.[\w-]*/g, hidden],
  [/\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hidden],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|npm_|xox[abeprs]-|sk-|sk_live_|rk_live_|AIza|hf_)[\w-]{12,}/g, hidden],
  [/\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?:(?:bearer|basic|digest|token)\s+)?[^\s"',;]+/gi, `$1${hidden}`],
  [/\b(bearer\s+)[\w.~+/=-]{8,}/gi, `$1${hidden}`],
  [/\b([a-z][a-z0-9+.-]{0,31}:\/\/[^\s:@/]{0,256}:)[^\s@/]{1,512}@/gi, `$1${hidden}@`],
  [
    new RegExp(
      `([\\w.-]{0,64}(?:${secretWords})[\\w.-]{0,64}["']?\\s{0,8}[:=]\\s{0,8})("[^"]+"|'[^']+'|[^\\s"',;&)}\\]$[]{3,})`,
      'gi',
    ),
    `$1${hidden}`,
  ],
];

function maskPatterns(text: string): string {
  if (!hint.test(text)) return text;
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
