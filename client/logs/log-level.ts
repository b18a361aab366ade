export type LogLevel = 'info' | 'warn' | 'error';

const word = /\b(?:(fatal|critical|error|err)|(warn|warning))\b/i;

/**
 * The level a line of output tells by itself in its first words or as JSON; without one, `info` whatever the stream:
 * many programs write all their news to stderr. There is nothing below `info`: a channel would drop such lines.
 */
export function logLevel(text: string): LogLevel {
  const json = /"level"\s*:\s*(?:"(\w+)"|(\d+))/.exec(text);
  if (json?.[2]) return Number(json[2]) >= 50 ? 'error' : Number(json[2]) >= 40 ? 'warn' : 'info';
  const match = word.exec(json?.[1] ?? text.slice(0, 48));
  if (match?.[1]) return 'error';
  return match?.[2] ? 'warn' : 'info';
}
