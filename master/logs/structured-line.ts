import type { LogLevel } from '../protocol.ts';

/** From the least to the most grave. */
export const logLevels: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

/** What a line tells by its own form. */
export interface StructuredLine {
  readonly level?: LogLevel;
  readonly message?: string;
  /** When the worker wrote it, ISO 8601. */
  readonly at?: string;
  /** Everything else it tells. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The forms that are looked for; a plain line's level is always found. */
export interface StructuredForms {
  readonly json: boolean;
  readonly logfmt: boolean;
}

const allForms: StructuredForms = { json: true, logfmt: true };

/** Reads a line that is a JSON object or `key=value` pairs, and the level that a plain one begins with. */
export function readStructuredLine(text: string, forms: StructuredForms = allForms): StructuredLine {
  const first = text.charCodeAt(0);
  if (forms.json && (first === 0x7b || first <= 0x20)) {
    const json = readJson(text);
    if (json) return structure(json);
  }
  if (forms.logfmt && text.includes('=')) {
    const pairs = readLogfmt(text);
    if (pairs) return structure(pairs);
  }
  const level = plainLevel(text);
  return level ? { level } : {};
}

function readJson(text: string): Record<string, unknown> | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{') || !trimmed.endsWith('}')) return undefined;
  try {
    const value: unknown = JSON.parse(trimmed);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const pair = /([\w.@/-]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;

/** Nothing but pairs, and at least two: a sentence with an equals sign is no logfmt. */
function readLogfmt(text: string): Record<string, unknown> | undefined {
  const found: Record<string, unknown> = {};
  let count = 0;
  for (pair.lastIndex = 0; pair.lastIndex < text.length; count += 1) {
    const [, key = '', value = ''] = pair.exec(text) ?? [];
    if (key === '') return undefined;
    found[key] = value.startsWith('"') ? unquote(value) : value;
  }
  return count >= 2 ? found : undefined;
}

function unquote(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}

const levelKeys = ['level', 'severity', 'lvl', 'loglevel', 'log.level', '@l'];
const messageKeys = ['msg', 'message', '@m', 'event'];
const timeKeys = ['time', 'timestamp', 'ts', '@timestamp', '@t'];

function structure(values: Readonly<Record<string, unknown>>): StructuredLine {
  const taken = new Set<string>();
  const first = <T>(keys: readonly string[], read: (value: unknown) => T | undefined): T | undefined => {
    for (const key of keys) {
      const value = Object.hasOwn(values, key) ? read(values[key]) : undefined;
      if (value === undefined) continue;
      taken.add(key);
      return value;
    }
    return undefined;
  };
  const level = first(levelKeys, levelOf);
  const message = first(messageKeys, (value) => (typeof value === 'string' ? value : undefined));
  const at = first(timeKeys, timeOf);
  const rest = Object.entries(values).filter(([key]) => !taken.has(key));
  return {
    ...(level === undefined ? {} : { level }),
    ...(message === undefined ? {} : { message }),
    ...(at === undefined ? {} : { at }),
    ...(rest.length === 0 ? {} : { fields: Object.fromEntries(rest) }),
  };
}

const levelWords: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  verbose: 'debug',
  debug: 'debug',
  info: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  fatal: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  panic: 'fatal',
  emergency: 'fatal',
  alert: 'fatal',
};

/** A word, or a number as pino and bunyan have it: 10 trace … 60 fatal. */
function levelOf(value: unknown): LogLevel | undefined {
  if (typeof value === 'number') return logLevels[Math.min(5, Math.max(0, Math.floor(value / 10) - 1))];
  return typeof value === 'string' ? levelWords[value.toLowerCase()] : undefined;
}

/** ISO 8601, or a number of seconds or milliseconds since the epoch. */
function timeOf(value: unknown): string | undefined {
  const numeric = typeof value === 'number' ? value : /^\d{9,13}(?:\.\d+)?$/.test(String(value)) ? Number(value) : NaN;
  const ms = Number.isNaN(numeric) ? Date.parse(String(value)) : numeric < 1e11 ? numeric * 1000 : numeric;
  return Number.isNaN(ms) || Math.abs(ms) > 8.64e15 ? undefined : new Date(ms).toISOString();
}

/** Behind a time and brackets at most: "ERROR …", "[warn] …", "2026-01-01 12:00:00,123 INFO …", "E: …" is none. */
const levelAtBegin =
  /^[[(<]?(?:\d[\d\-:.,/TZ+ ]*\d[Z]?[\])>]?[\s|:-]*)?[[(<]?(trace|debug|info|notice|warn|warning|error|err|fatal|critical|panic)(?=[\])>:\s|]|$)/i;

function plainLevel(text: string): LogLevel | undefined {
  const word = levelAtBegin.exec(text.length > 80 ? text.slice(0, 80) : text)?.[1];
  return word === undefined ? undefined : levelWords[word.toLowerCase()];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
