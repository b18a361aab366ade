import type { TextEdit } from '../../master/config/problem.ts';
import { randomEdit } from './random-edits.ts';

const names = ['a', 'b', 'base', 'run', 'check'];

/** Anything that may stand behind a colon, on one line. */
const values = [
  'always',
  '5s',
  '5 s',
  '20s',
  '7',
  '{executable_path: node}',
  '{executable_path: node, args: [a.js], colour: red}',
  '{policy: never, max_retries: x}',
  '[one, two]',
  '"quoted"',
  '{endpoint: /health, interval: 10s, timeout: 20s}',
];
const keys = ['restart', 'start_timeout', 'execution', 'health_check', 'group', 'depends_on', 'id', 'type', 'x-more'];

type Random = () => number;

function pick(list: readonly string[], random: Random): string {
  return list[Math.floor(random() * list.length)] ?? '';
}

/** An alias, an anchor with a value, or a value. */
function value(random: Random): string {
  const kind = random();
  const name = pick(names, random);
  if (kind < 0.35) return `*${name}`;
  if (kind < 0.6) return `&${name} ${pick(values, random)}`;
  if (kind < 0.66) return `&${name} {<<: *${pick(names, random)}, interval: ${pick(['5s', '5 s'], random)}}`;
  if (kind < 0.7) return `[*${name}, &${pick(names, random)} ${pick(['x', '7'], random)}]`;
  return pick(values, random);
}

function line(random: Random): string {
  if (random() < 0.2) return `<<: ${random() < 0.8 ? `*${pick(names, random)}` : value(random)}`;
  return `${pick(keys, random)}: ${value(random)}`;
}

function item(random: Random): string {
  const anchor = random() < 0.2 ? `&${pick(names, random)}\n    ` : '';
  const lines = [`  - ${anchor}id: w${Math.floor(random() * 8)}`];
  if (random() < 0.8) lines.push(`    type: ${pick(['process', 'module'], random)}`);
  for (let left = Math.floor(random() * 4); left > 0; left--) {
    lines.push(`    ${line(random)}`);
    if (random() < 0.2) lines.push(`    health_check: &${pick(names, random)}`, `      interval: ${value(random)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A file whose workers, and settings above and below them, have anchors and use one another's. */
export function anchoredWorkers(random: Random): string {
  let text = '';
  for (let left = Math.floor(random() * 3); left > 0; left--) text += `x-${left}: ${value(random)}\n`;
  if (random() < 0.5) text += `x-base: &base\n  restart: always\n  ${line(random)}\n`;
  text += 'workers:\n';
  for (let left = 2 + Math.floor(random() * 8); left > 0; left--) text += item(random);
  if (random() < 0.3) text += `master:\n  port: ${random() < 0.8 ? '50055' : value(random)}\n`;
  if (random() < 0.2) text += `---\nmore: *${pick(names, random)}\nand: &${pick(names, random)} 1\n`;
  return text;
}

/** One change of a text that has anchors: mostly of them, of what they stand for, and of who uses them. */
export function anchorEdit(text: string, random: Random): TextEdit {
  const made = random() < 0.85 ? meantEdit(text, random) : undefined;
  return made ?? randomEdit(text, random);
}

function meantEdit(text: string, random: Random): TextEdit | undefined {
  const kind = random();
  // Another name, for an anchor or an alias; or the one becomes the other.
  if (kind < 0.25) return replaced(text, /(?<=[&*])[\w-]+/g, () => pick(names, random), random);
  if (kind < 0.32) return replaced(text, /[&*](?=\w)/g, (sign) => (sign === '&' ? '*' : '&'), random);
  // It goes.
  if (kind < 0.42) return replaced(text, /[&*][\w-]+ ?/g, () => '', random);
  // What stands behind a key or an anchor is another value.
  if (kind < 0.55) return replaced(text, /(?<=: |&\w+ )[^\s&*].*/g, () => value(random), random);
  if (kind < 0.62) return replaced(text, /(?<=: )(?=[^\s&*])/g, () => `&${pick(names, random)} `, random);
  // One character of something.
  if (kind < 0.7) return replaced(text, /(?<=\w)\w(?=[\n,}])/g, () => pick(['s', 'x', '9'], random), random);
  // A line, or a worker, comes or goes.
  if (kind < 0.78) return replaced(text, /^(?= {4}\w)/gm, () => `    ${line(random)}\n`, random);
  if (kind < 0.83) return replaced(text, /^ {4}\w.*\n/gm, () => '', random);
  if (kind < 0.89) return replaced(text, /^(?= {2}-)/gm, () => item(random), random);
  if (kind < 0.93) return replaced(text, /^ {2}-.*\n(?: {4}.*\n)*/gm, () => '', random);
  // A worker stands twice.
  if (kind < 0.985) return replaced(text, /^ {2}-.*\n(?: {4}.*\n)*/gm, (old) => old + old, random);
  return replaced(text, /^(?=\S)/gm, () => pick(['---\n', 'x-a: &a 1\n', 'tail: *a\n', '...\n'], random), random);
}

/** One of the places that a pattern finds, with something else there. */
function replaced(text: string, pattern: RegExp, other: (old: string) => string, random: Random): TextEdit | undefined {
  const found = [...text.matchAll(pattern)];
  const one = found[Math.floor(random() * found.length)];
  return one && { start: one.index, end: one.index + one[0].length, newText: other(one[0]) };
}
