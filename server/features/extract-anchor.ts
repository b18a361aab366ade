import type { TextEdit } from '../../master/config/problem.ts';
import { hasAlias, hasAnchor } from '../../master/config/syntax/cut-items.ts';
import { type Entry, keyText, type Node, valueOf } from '../../master/config/syntax/node.ts';
import type { OpenWorkersFile } from '../document.ts';

/** A block of a worker that can stand once for all: the keys that lead to it. */
export function extractable(document: OpenWorkersFile, offset: number): readonly string[] | undefined {
  const { workers } = document;
  const index = workers.indexAt(offset);
  const node = workers.openItem(index)?.node;
  if (!node || !listKey.test(workers.text.slice(0, workers.startOf(0)))) return undefined;
  const path: string[] = [];
  const inner = offset - workers.startOf(index);
  let current: Node | undefined = node;
  while (current?.kind === 'map') {
    const entry: Entry | undefined = current.entries.find(
      ({ key, value, merged }) => !merged && key.start <= inner && inner <= Math.max(key.end, value.end),
    );
    if (!entry) return undefined;
    path.push(keyText(entry));
    if (inner <= entry.key.end)
      return entry.value.kind !== 'scalar' && fits(document, index, entry, true) ? path : undefined;
    current = entry.value;
  }
  return undefined;
}

/**
 * Writes a block once, as `x-NAME: &NAME` before the workers, and an alias in every place where a worker has the same
 * one under the same keys.
 */
export function extractAnchor(document: OpenWorkersFile, offset: number): readonly TextEdit[] {
  const { workers } = document;
  const path = extractable(document, offset);
  const own = path && entryAt(document, workers.indexAt(offset), path);
  if (!path || !own) return [];
  const { text } = workers;
  const wanted = JSON.stringify(valueOf(own.value));
  const name = freeName(text, path.at(-1) ?? 'block');
  const edits: TextEdit[] = [];
  let block = '';
  for (let index = 0; index < workers.size; index++) {
    const entry = entryAt(document, index, path);
    const isOwn = index === workers.indexAt(offset);
    if (!entry || JSON.stringify(valueOf(entry.value)) !== wanted || !fits(document, index, entry, isOwn)) continue;
    const base = workers.startOf(index);
    const [start, end] = [base + entry.key.end, base + endOf(workers.textOf(index), entry)];
    if (isOwn) block = text.slice(blockStart(text, base + entry.key.end, base + entry.value.start), end);
    edits.push({ start, end, newText: `: *${name}` });
  }
  const key = listKey.exec(text);
  if (!key || block === '') return [];
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const flow = own.value.kind !== 'scalar' && own.value.flow;
  const column = own.value.start - (workers.textOf(workers.indexAt(offset)).lastIndexOf('\n', own.value.start - 1) + 1);
  const lines = block.split(/\r?\n/).map((line) => line.slice(Math.min(column, line.search(/\S|$/))));
  const written = flow ? ` ${block}` : lines.map((line) => `${newline}${line === '' ? '' : `  ${line}`}`).join('');
  return [{ start: key.index, end: key.index, newText: `x-${name}: &${name}${written}${newline}${newline}` }, ...edits];
}

const listKey = /^(?:workers|managed_processes)[ \t]*:/m;

function entryAt({ workers }: OpenWorkersFile, index: number, path: readonly string[]): Entry | undefined {
  let node = workers.openItem(index)?.node;
  let entry: Entry | undefined;
  for (const step of path) {
    entry = node?.kind === 'map' ? node.entries.find((one) => !one.merged && keyText(one) === step) : undefined;
    node = entry?.value;
  }
  return entry;
}

/**
 * Nothing but the value may go: no comment but those that go with the block itself, and no alias or anchor, within it
 * neither, for what stands below refers to an anchor, and what it refers to may not stand above the workers.
 */
function fits({ workers }: OpenWorkersFile, index: number, { key, value }: Entry, isOwn = false): boolean {
  const text = workers.textOf(index);
  const between = text.slice(key.end, value.start);
  const block = text.slice(value.start, value.end);
  if (hasAlias(block) || hasAnchor(block)) return false;
  return isOwn ? /^[ \t]*:[ \t]*(?:\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[ \t]*)?$/.test(between) : /^[ \t]*:\s*$/.test(between);
}

function endOf(text: string, { value }: Entry): number {
  return value.start + text.slice(value.start, value.end).trimEnd().length;
}

/** Of a block the line behind its key: comments may come first. */
function blockStart(text: string, keyEnd: number, valueStart: number): number {
  const newline = text.indexOf('\n', keyEnd);
  return newline >= 0 && newline < valueStart ? newline + 1 : valueStart;
}

function freeName(text: string, key: string): string {
  const stem = key.replaceAll(/[^\w-]/g, '-');
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (!text.includes(`&${name}`) && !text.includes(`x-${name}:`)) return name;
  }
}
