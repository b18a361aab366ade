import { type Item, unitPaths, writtenAt } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import { pathFixes } from '../path-fixes.ts';
import type { Fix, Problem } from '../problem.ts';
import type { Target } from '../resolve-deployment.ts';
import { entryOf, nodeAt } from '../syntax/node.ts';

/** The program a process worker runs is there and may be executed. */
export function checkExecutable(item: Item): readonly Problem[] {
  const target = item.resolution?.target;
  if (target?.what !== 'executable' || mayRun(item, target)) return [];
  // That it is empty the schema tells.
  if (target.written.trim() === '') return [];
  const own = writtenAt(
    item,
    ['execution', 'executable_path'],
    ['executable_path'],
    ...unitPaths(item, 'control', 'execution', 'executable_path'),
  );
  const at = target.origin === 'worker' ? (own ?? item.anchor) : (nodeAt(item.node, 'package') ?? item.anchor);
  const whose = target.origin === 'manifest' ? `the package's executable` : 'executable';
  if (target.path === null) {
    const message = `There is no program "${target.written}", neither in this folder nor on the PATH.`;
    const path = item.world.resolve(item.world.folder, target.written);
    return [problem('HSU402', message, at, { fixes: pathFixes(item.world, path, target.written, own) })];
  }
  if (target.fact?.kind === 'missing') {
    const message = `The ${whose} ${target.written} does not exist: expected it at ${target.path}.`;
    const written = target.origin === 'worker' ? own : undefined;
    return [problem('HSU402', message, at, { fixes: pathFixes(item.world, target.path, target.written, written) })];
  }
  if (target.fact?.kind !== 'file') {
    return [
      problem(
        'HSU403',
        `The ${whose} ${target.written} is a ${target.fact?.kind === 'directory' ? 'folder' : 'special file'}, not a program.`,
        at,
      ),
    ];
  }
  const message = `The ${whose} ${target.written} may not be executed: run "chmod +x ${target.path}".`;
  const fixes = target.origin === 'worker' ? interpreterFix(item, target.written) : [];
  return [problem('HSU403', message, at, { fixes })];
}

/** Whether nothing is known to be wrong with it. */
function mayRun({ config }: Item, { path, fact, written }: Target): boolean {
  if (path === null) return false;
  if (!fact) return true;
  // The older masters made a program executable when they started it.
  const executable = fact.executable || config?.olderForm === true || /\.[cm]?[jt]s$/i.test(written);
  return fact.kind === 'file' && executable;
}

const interpreters: Readonly<Record<string, string>> = {
  sh: 'sh',
  bash: 'bash',
  py: 'python3',
  rb: 'ruby',
  pl: 'perl',
};

/** A script may be given to its interpreter instead. */
function interpreterFix(item: Item, written: string): Fix[] {
  const block = nodeAt(item.node, 'execution');
  const program = nodeAt(block, 'executable_path');
  const interpreter = interpreters[/\.(\w+)$/.exec(written)?.[1] ?? ''];
  if (block?.kind !== 'map' || !program || interpreter === undefined) return [];
  // Arguments begin in the working directory, the program's path in this file's folder.
  if (nodeAt(block, 'working_directory')) return [];
  const args = nodeAt(block, 'args');
  const raw = item.text.slice(program.start, program.end);
  const title = `Run it with ${interpreter}`;
  if (args?.kind === 'sequence' && args.flow && args.items[0]) {
    const { start } = args.items[0];
    return [fix(title, [replace(program, interpreter), { start, end: start, newText: `${raw}, ` }])];
  }
  if (args) return [];
  const lineStart = item.text.lastIndexOf('\n', program.start - 1) + 1;
  const key = entryOf(block, 'executable_path')?.key.start ?? program.start;
  const more = block.flow ? `, args: [${raw}]` : `\n${' '.repeat(key - lineStart)}args: [${raw}]`;
  return [fix(title, [replace(program, interpreter + more)])];
}
