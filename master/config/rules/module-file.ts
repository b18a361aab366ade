import { type Item, writtenAt } from '../item.ts';
import { didYouMean } from '../did-you-mean.ts';
import { fix, problem, replace } from '../make-problem.ts';
import { pathFixes } from '../path-fixes.ts';
import type { Problem } from '../problem.ts';
import { nodeAt } from '../syntax/node.ts';

/** The file of a module is there, and exports the factory that `entry_point` names. */
export function checkModuleFile(item: Item): readonly Problem[] {
  const target = item.resolution?.target;
  if (target?.what !== 'module' || target.path === null) return [];
  const fromPackage = () => nodeAt(item.node, 'package') ?? item.anchor;
  if (target.fact && target.fact.kind !== 'file') {
    const own = target.origin === 'worker' ? writtenAt(item, ['module', 'module_path'], ['module_name']) : undefined;
    const at = target.origin === 'worker' ? (own ?? item.anchor) : fromPackage();
    const whose = target.origin === 'manifest' ? `package's module` : 'module';
    if (target.fact.kind === 'missing') {
      const message = `The ${whose} ${target.written} does not exist: expected it at ${target.path}.`;
      return [problem('HSU404', message, at, { fixes: pathFixes(item.world, target.path, target.written, own) })];
    }
    const kind = target.fact.kind === 'directory' ? 'folder' : 'special file';
    return [problem('HSU404', `The ${whose} ${target.written} is a ${kind}, not a file.`, at)];
  }
  const deployment = item.resolution?.deployment;
  const module = deployment?.kind === 'process' ? deployment.hosted : deployment;
  if (module?.kind !== 'module' || module.entryPoint === undefined) return [];
  const names = item.world.exports(module.path);
  if (!names || names.includes(module.entryPoint)) return [];
  const entry = nodeAt(item.node, 'module', 'entry_point');
  const close = entry ? didYouMean(module.entryPoint, names) : [];
  const choices = close.length > 0 ? close : entry ? names.slice(0, 3) : [];
  const what = names.length === 0 ? 'it exports nothing' : `it exports ${names.slice(0, 8).join(', ')}`;
  return [
    problem('HSU405', `${target.written} does not export "${module.entryPoint}": ${what}.`, entry ?? fromPackage(), {
      fixes: entry ? choices.map((name, index) => fix(`Change to ${name}`, [replace(entry, name)], index === 0)) : [],
    }),
  ];
}
