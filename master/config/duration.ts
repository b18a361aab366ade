const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
// Both letters that look like µ, as escapes: one Greek letter makes V8 keep a whole bundle in two bytes a character.
const whole = /^[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/;
const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/g;

/** Milliseconds of a Go duration ("1h30m", "500ms", "0"); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '') return undefined;
  const simple = parseSimple(text);
  if (simple !== undefined) return simple;
  if (!whole.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(part)) total += Number(amount) * (units[unit ?? ''] ?? 0);
  return text.startsWith('-') ? -total : total;
}

/** Nearly every duration is a whole number with one unit: "30s", "500ms". */
function parseSimple(text: string): number | undefined {
  let amount = 0;
  let at = 0;
  for (; at < text.length && at < 12; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    amount = amount * 10 + digit;
  }
  if (at === 0) return undefined;
  switch (text.slice(at)) {
    case 'ms':
      return amount;
    case 's':
      return amount * 1000;
    case 'm':
      return amount * 60_000;
    case 'h':
      return amount * 3_600_000;
    default:
      return undefined;
  }
}

/** As the format writes it, in the largest unit that needs no fraction: "90s", "1500ms". */
export function formatDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [unit, size] = (['h', 'm', 's'] as const)
    .map((name) => [name, units[name] ?? 1] as const)
    .find(([, each]) => milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}

/** The duration people mean by `30` (seconds), "30 sec", "3d" or "1 min 30 s"; undefined when nobody could tell. */
export function guessDuration(text: string): string | undefined {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return trimmed === '0' ? '0s' : `${trimmed}s`;
  const words = [...trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([a-z\u00b5\u03bc]+)[\s,]*/g)];
  if (words.length === 0 || words.map(([word]) => word).join('') !== trimmed) return undefined;
  let guess = '';
  for (const [, amount, word] of words) {
    const unit = goUnit(word ?? '');
    if (!unit) return undefined;
    guess += unit === 'd' ? `${Number(amount) * 24}h` : unit === 'w' ? `${Number(amount) * 168}h` : `${amount}${unit}`;
  }
  return parseDuration(guess) === undefined ? undefined : guess;
}

function goUnit(word: string): string | undefined {
  if (Object.hasOwn(units, word)) return word;
  if (/^(?:d|days?)$/.test(word)) return 'd';
  if (/^(?:w|weeks?)$/.test(word)) return 'w';
  if (/^(?:hr|hrs|hours?)$/.test(word)) return 'h';
  if (/^(?:min|mins|minutes?)$/.test(word)) return 'm';
  if (/^(?:sec|secs|seconds?)$/.test(word)) return 's';
  if (/^(?:msec|msecs|millis|milliseconds?)$/.test(word)) return 'ms';
  return undefined;
}
