import type { Item } from '../item.ts';
import { fix, problem } from '../make-problem.ts';
import { renewItem } from '../migration/renew-item.ts';
import type { Problem } from '../problem.ts';

/** Keys that older files and documents write and that no reader accepts any more, wherever they stood. */
export function checkOldSpellings({ text, node }: Item): readonly Problem[] {
  const renewed = renewItem(text, node);
  if (!renewed) return [];
  const fixes = [fix('Write this worker in the current spelling', renewed.edits, true)];
  return renewed.old.map(({ start, end, from, to }) =>
    problem(
      'HSU108',
      `"${from}" is an old spelling that has no effect: it is "${to}" now.`,
      { start, end },
      {
        severity: 'warning',
        fixes,
      },
    ),
  );
}

/** Of several findings about one key the one about its spelling says most. */
export function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const old = problems.filter(({ code }) => code === 'HSU108');
  if (old.length === 0) return problems;
  const about = (one: Problem) => old.find(({ start, end }) => start <= one.start && one.start < end);
  return problems.flatMap((one) => {
    const better = echoes.has(one.code) ? about(one) : undefined;
    if (!better || (one.code === 'HSU108' && better !== one)) return better ? [] : [one];
    if (better !== one) return [];
    // Found twice, as another word and by its place: the new word alone is the shorter remedy.
    const again = old.find((other) => other !== one && other.start === one.start);
    return [again ? { ...one, fixes: [...one.fixes, ...again.fixes] } : one];
  });
}

const echoes: ReadonlySet<string> = new Set(['HSU101', 'HSU103', 'HSU107', 'HSU108']);
