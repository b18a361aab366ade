import { type Item, unitPaths, writtenAt } from '../item.ts';
import { problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { nodeAt } from '../syntax/node.ts';

/** The program a process worker runs is there and may be executed. */
export function checkExecutable(item: Item): readonly Problem[] {
  const target = item.resolution?.target;
  if (target?.what !== 'executable') return [];
  const own = writtenAt(
    item,
    ['execution', 'executable_path'],
    ['executable_path'],
    ...unitPaths(item, 'control', 'execution', 'executable_path'),
  );
  const at = target.origin === 'worker' ? (own ?? item.anchor) : (nodeAt(item.node, 'package') ?? item.anchor);
  const whose = target.origin === 'manifest' ? `the package's executable` : 'executable';
  if (target.path === null) {
    return [problem('HSU402', `There is no program "${target.written}", neither in this folder nor on the PATH.`, at)];
  }
  if (!target.fact) return [];
  if (target.fact.kind === 'missing') {
    return [problem('HSU402', `The ${whose} ${target.written} does not exist: expected it at ${target.path}.`, at)];
  }
  if (target.fact.kind !== 'file') {
    return [
      problem(
        'HSU403',
        `The ${whose} ${target.written} is a ${target.fact.kind === 'directory' ? 'folder' : 'special file'}, not a program.`,
        at,
      ),
    ];
  }
  // The older masters made a program executable when they started it.
  if (target.fact.executable || item.config?.olderForm || /\.[cm]?[jt]s$/i.test(target.written)) return [];
  return [problem('HSU403', `The ${whose} ${target.written} may not be executed: run "chmod +x ${target.path}".`, at)];
}
