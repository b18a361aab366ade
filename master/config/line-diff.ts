/** What differs between two texts, by lines: the place, then `-` and `+` lines. Empty when nothing does. */
export function lineDiff(before: string, after: string): string {
  if (before === after) return '';
  const old = before.split(/\r?\n/);
  const now = after.split(/\r?\n/);
  const same = commonLines(old, now);
  const hunks: string[] = [];
  let [a, b] = [0, 0];
  for (const [atOld, atNow] of [...same, [old.length, now.length] as const]) {
    if (atOld > a || atNow > b) {
      hunks.push(
        `@@ line ${a + 1} @@`,
        ...old.slice(a, atOld).map((line) => `-${line}`),
        ...now.slice(b, atNow).map((line) => `+${line}`),
      );
    }
    [a, b] = [atOld + 1, atNow + 1];
  }
  return hunks.join('\n');
}

/** How far a line that both have is looked for. Edits of a configuration are small. */
const window = 60;

/** Pairs of equal lines, in order in both: greedy, nearest first. */
function commonLines(old: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  const pairs: (readonly [number, number])[] = [];
  let [a, b] = [0, 0];
  while (a < old.length && b < now.length) {
    const step = nearest(old, now, a, b);
    if (!step) break;
    [a, b] = step;
    pairs.push(step);
    a += 1;
    b += 1;
  }
  return pairs;
}

function nearest(
  old: readonly string[],
  now: readonly string[],
  a: number,
  b: number,
): readonly [number, number] | undefined {
  for (let distance = 0; distance <= 2 * window; distance += 1) {
    for (let ahead = 0; ahead <= distance; ahead += 1) {
      const [x, y] = [a + ahead, b + distance - ahead];
      if (x < old.length && y < now.length && old[x] === now[y]) return [x, y];
    }
  }
  return undefined;
}
