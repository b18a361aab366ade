import { isAlias } from './keep-aliases.ts';
import type { Problem } from './problem.ts';
import { unsuppressed } from './suppression.ts';

/** More places than these nobody looks at. */
const mostUsers = 20;

/**
 * Findings that reach workers through an alias, told once where its anchor stands: there they are mended. The workers that
 * have them are related places. What is about one worker, for it names that one, stays where it is. `headOf` gives the text
 * that the anchors stand in, from the beginning of the whole one: it is asked where a finding came through an alias.
 */
export function atAnchors(
  problems: readonly Problem[],
  headOf: () => string,
  whole: { slice(start: number, end: number): string },
): readonly Problem[] {
  const told: Problem[] = [];
  const groups = new Map<string, { readonly name: string; readonly users: Problem[] }>();
  for (const one of problems) {
    const alias = namesNobody(one) ? aliasAt(one, whole) : undefined;
    if (alias === undefined) {
      told.push(one);
      continue;
    }
    const key = JSON.stringify([alias, one.code, one.message]);
    const group = groups.get(key);
    if (group) group.users.push(one);
    else groups.set(key, { name: alias.slice(1), users: [one] });
  }
  if (groups.size === 0) return problems;
  const head = headOf();
  const moved: Problem[] = [];
  for (const { name, users } of groups.values()) {
    const [first] = users;
    const anchor = first && anchorBefore(head, first.start, name);
    if (anchor) moved.push(atAnchor(first, anchor, users));
    else told.push(...users);
  }
  return [...told, ...unsuppressed(moved, head, 0)].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The alias that stands where a finding is marked. */
function aliasAt({ start, end }: Problem, whole: { slice(start: number, end: number): string }): string | undefined {
  const written = end - start < 200 ? whole.slice(start, end) : '';
  return isAlias(written) ? written : undefined;
}

function namesNobody({ workerId, message }: Problem): boolean {
  return workerId !== undefined && !message.includes(`"${workerId}"`);
}

function atAnchor(found: Problem, anchor: { start: number; end: number }, users: readonly Problem[]): Problem {
  const { workerId: _, ...shared } = found;
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
  return { ...shared, ...anchor, fixes: [], related };
}

/** The last anchor of a name that stands before an offset, as it is written. */
function anchorBefore(head: string, before: number, name: string): { start: number; end: number } | undefined {
  const written = `&${name}`;
  for (let at = head.lastIndexOf(written, before); at >= 0; at = head.lastIndexOf(written, at - 1)) {
    const end = at + written.length;
    if (/^(?:$|[\s[{,])/.test(head.charAt(at - 1)) && /^(?:$|[\s,\]}])/.test(head.charAt(end)))
      return { start: at, end };
    if (at === 0) break;
  }
  return undefined;
}
