import type { ModuleDeployment } from '../deployment.ts';
import { removal, removeEntry } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { entryOf, type Entry, nodeAt, textOf } from '../syntax/node.ts';

/** Limits that only a whole process can have, as paths below `limits`. */
const ofProcesses = [
  ['process'],
  ['io'],
  ['memory', 'max_virtual'],
  ['memory', 'warning_threshold'],
  ['cpu', 'max_time'],
];

/** What shares its heap with others cannot be limited alone; a thread of its own can be watched, WebAssembly capped. */
export function checkModuleLimits(item: Item): readonly Problem[] {
  const isolation = isolationOf(item);
  const entry = entryOf(item.node, 'limits') ?? entryOf(item.node, 'resources');
  if (!isolation || !entry || entry.merged) return [];
  const name = String(entry.key.value);
  const related = reasonOf(item);
  if (!mayBeLimited(isolation)) {
    const fixes = [fix(`Remove "${name}"`, [removeEntry(item.text, entry)], true)];
    return [problem('HSU406', refusals[isolation](name), entry.key, { related, fixes })];
  }
  const without = isolation === 'wasm' ? [...ofProcesses, ['memory', 'policy']] : ofProcesses;
  return without.flatMap((path) => {
    let found: Entry | undefined = entry;
    for (const key of path) found = entryOf(found?.value, key);
    if (!found || found.merged) return [];
    const message = `"${path.join('.')}" has no effect on a module: only a process (type: process) has it.`;
    const fixes = removal(item.text, found);
    return [problem('HSU107', message, found.key, { severity: 'warning', related, fixes })];
  });
}

type Isolation = ModuleDeployment['isolation'];

/** Whether a module may have `limits`: what has a heap of its own may. */
export function mayBeLimited(isolation: Isolation): isolation is Exclude<Isolation, keyof typeof refusals> {
  return !(isolation in refusals);
}

/** The value that makes the worker what cannot have the limits. */
function reasonOf({ node }: Item): Problem['related'] {
  const isolation = nodeAt(node, 'module', 'isolation');
  const decides = isolation ?? nodeAt(node, 'type');
  if (!decides) return [];
  const message = `This makes it a module${isolation ? ` that runs so: ${textOf(isolation) ?? ''}` : ''}.`;
  return [{ start: decides.start, end: decides.end, message }];
}

const refusals = {
  shared: (name: string) =>
    `A shared module lives in one heap with the others and cannot be limited alone: remove "${name}", give the module a thread of its own (isolation: thread), or run it with type: process.`,
  native: (name: string) =>
    `A native library lives in the master's process and cannot be limited: remove "${name}", or run it with type: process.`,
};

/** Where the worker will run as a module; undefined where it does not. */
export function isolationOf({ config, resolution }: Item): Isolation | undefined {
  if (config?.type !== 'module') return undefined;
  const deployment = resolution?.deployment;
  return deployment?.kind === 'module' ? deployment.isolation : (config.module?.isolation ?? 'shared');
}
