import { foundBehind } from './found-behind.ts';
import { isAlias } from './keep-aliases.ts';
import type { Problem } from './problem.ts';
import { unsuppressed } from './suppression.ts';
import type { World } from './world.ts';

/** More places than these nobody looks at. */
const mostUsers = 20;

interface Range {
  readonly start: number;
  readonly end: number;
}

/**
 * Findings that reach workers through aliases, told once where they are mended: at the innermost anchor that what is wrong
 * is written behind, or in the worker that has it written there. The workers that have them are related places. What is
 * about one worker, for it names that one, stays where it is. What the anchor's value alone tells is marked in its own place
 * behind it, with its fixes. `problems` are in the order of the text. `headOf` gives the text that the anchors stand in, from
 * the beginning of the whole one: it is asked where a finding came through an alias.
 */
export function atAnchors(
  problems: readonly Problem[],
  headOf: () => string,
  whole: { slice(start: number, end: number): string },
  world: Pick<World, 'environment'>,
): readonly Problem[] {
  const written: Problem[] = [];
  let places: Places | undefined;
  const groups = new Map<string, { readonly anchor: Range; readonly users: Problem[] }>();
  for (const one of problems) {
    const way = namesNobody(one) ? wayOf(one, whole) : undefined;
    const anchor = way && (places ??= new Places(headOf())).anchorAt(one.start, way);
    if (!anchor) {
      written.push(one);
      continue;
    }
    const key = JSON.stringify([anchor.start, one.code, one.message]);
    const group = groups.get(key);
    if (group) group.users.push(one);
    else groups.set(key, { anchor, users: [one] });
  }
  if (!places || groups.size === 0) return problems;
  const { head } = places;
  const starts = written.map(({ start }) => start);
  const moved: Problem[] = [];
  const behind = new Map<number, readonly Problem[]>();
  const seen = new Set<string>();
  for (const { anchor, users } of groups.values()) {
    const [first] = users;
    if (!first) continue;
    const end = places.endOfValue(anchor);
    const isOthers = (one: Problem) => one.code !== first.code || one.message !== first.message;
    let at = countBefore(starts, anchor.end);
    let owners = written[at];
    while (owners && owners.start < end && isOthers(owners)) owners = written[++at];
    if (owners && owners.start < end) written[at] = { ...owners, related: [...owners.related, ...placesOf(users)] };
    else {
      const told = behind.get(anchor.start) ?? foundBehind(head, { start: anchor.end, end }, world);
      behind.set(anchor.start, told);
      const exact = told.filter((one) => !isOthers(one)).map((one) => ({ ...one, related: placesOf(users) }));
      // A comment at the anchor silences what is told behind it, too.
      const here = unsuppressed([atAnchor(first, anchor, users)], head, 0);
      for (const one of exact.length > 0 && here.length > 0 ? exact : here) {
        // What stands behind an anchor within another one's value may be found behind both.
        const place = `${one.code} ${one.start} ${one.message}`;
        if (!seen.has(place)) moved.push(one);
        seen.add(place);
      }
    }
  }
  return [...written, ...unsuppressed(moved, head, 0)].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** How one gets from where a finding is marked to where it is written: at least through the alias that stands there. */
function wayOf(found: Problem, whole: { slice(start: number, end: number): string }): readonly string[] | undefined {
  const { start, end, via } = found;
  if (via) return via;
  return isAlias(whole.slice(start, start + 1)) ? [whole.slice(start, end)] : undefined;
}

function namesNobody({ workerId, message }: Problem): boolean {
  return workerId !== undefined && !message.includes(`"${workerId}"`);
}

function atAnchor(found: Problem, anchor: Range, users: readonly Problem[]): Problem {
  const { workerId: _, via: __, ...shared } = found;
  return { ...shared, ...anchor, fixes: [], related: placesOf(users) };
}

function placesOf(all: readonly Problem[]): Problem['related'] {
  // One worker may take in the same thing twice in one place.
  const users = all.filter(({ start }, index) => start !== all[index - 1]?.start);
  const related = users.slice(0, mostUsers).map(({ start, end, workerId }) => ({
    start,
    end,
    message: `It comes into the worker "${workerId ?? ''}" here.`,
  }));
  if (users.length > mostUsers) {
    const last = related.pop();
    const left = users.length - related.length;
    if (last) related.push({ ...last, message: `It comes into the worker here, and into ${left - 1} more.` });
  }
  return related;
}

/** Where anchors and aliases are written: each is looked for once, however many findings lead there. */
class Places {
  readonly head: string;
  readonly #found = new Map<string, readonly number[]>();
  readonly #ends = new Map<number, number>();
  #lines: readonly number[] | undefined;

  constructor(head: string) {
    this.head = head;
  }

  /** The anchor that a way leads to from an offset. */
  anchorAt(from: number, way: readonly string[]): Range | undefined {
    let anchor: Range | undefined;
    for (const step of way) {
      const next = this.#onwards(anchor, from, step);
      if (!next) break;
      anchor = next;
    }
    return anchor;
  }

  /** Where what an anchor stands before ends at the latest: with its line and those below that are indented deeper. */
  endOfValue({ start }: Range): number {
    const known = this.#ends.get(start);
    if (known !== undefined) return known;
    const lines = (this.#lines ??= linesOf(this.head));
    const line = countBefore(lines, start + 1) - 1;
    const column = columnOf(this.head, lines[line] ?? 0, start);
    const deeper = new RegExp(` {${column + 1}}|[ \\t]*(?:\\r?\\n|$)`, 'y');
    const isDeeper = (lineStart: number) => {
      deeper.lastIndex = lineStart;
      return deeper.test(this.head);
    };
    let below = line + 1;
    let next = lines[below];
    while (next !== undefined && isDeeper(next)) next = lines[++below];
    const end = next === undefined ? this.head.length : next - 1;
    this.#ends.set(start, end);
    return end;
  }

  #onwards(anchor: Range | undefined, from: number, step: string): Range | undefined {
    if (anchor && step.startsWith('&')) return this.#firstBehind(anchor.end, step);
    const alias = anchor ? this.#firstBehind(anchor.end, step)?.start : from;
    return alias === undefined ? undefined : this.#lastBefore(alias, `&${step.slice(1)}`);
  }

  #lastBefore(offset: number, written: string): Range | undefined {
    const all = this.#of(written);
    return rangeOf(all[countBefore(all, offset) - 1], written);
  }

  #firstBehind(offset: number, written: string): Range | undefined {
    const all = this.#of(written);
    return rangeOf(all[countBefore(all, offset)], written);
  }

  #of(written: string): readonly number[] {
    const known = this.#found.get(written);
    if (known) return known;
    const found: number[] = [];
    for (let at = this.head.indexOf(written); at >= 0; at = this.head.indexOf(written, at + 1)) {
      const before = this.head.charAt(at - 1);
      const behind = this.head.charAt(at + written.length);
      if (/^(?:$|[\s[{,])/.test(before) && /^(?:$|[\s,\]}])/.test(behind)) found.push(at);
    }
    this.#found.set(written, found);
    return found;
  }
}

function rangeOf(start: number | undefined, written: string): Range | undefined {
  return start === undefined ? undefined : { start, end: start + written.length };
}

/** How many of some ascending offsets are less than another. */
function countBefore(offsets: readonly number[], offset: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function linesOf(head: string): readonly number[] {
  const lines = [0];
  for (let at = head.indexOf('\n'); at >= 0; at = head.indexOf('\n', at + 1)) lines.push(at + 1);
  return lines;
}

/** How deep stands what an anchor belongs to: an item at its dash, else the key that the anchor's line begins with. */
function columnOf(head: string, lineStart: number, anchor: number): number {
  let dash = 0;
  for (let at = lineStart; at < anchor; at++) {
    const character = head.charAt(at);
    if (character === '-') dash = at - lineStart;
    else if (!/\s/.test(character)) return at - lineStart;
  }
  return dash;
}
