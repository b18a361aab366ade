import { variablesIn } from '../expand-variables.ts';
import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { scalarsOf } from '../syntax/walk.ts';

/** `${env:NAME}` without a default needs the variable NAME. */
export function checkVariables(item: Item): readonly Problem[] {
  if (!item.text.includes('${env:')) return [];
  const found: Problem[] = [];
  for (const { node } of scalarsOf(item.node)) {
    if (typeof node.value !== 'string') continue;
    for (const variable of variablesIn(item.text.slice(node.start, node.end))) {
      if (variable.fallback !== undefined || item.world.environment(variable.name) !== undefined) continue;
      const at = { start: node.start + variable.start, end: node.start + variable.end };
      const message = `The environment variable ${variable.name} is not set: set it, or give a default with \${env:${variable.name}:-default}.`;
      found.push(
        problem('HSU504', message, at, {
          fixes: [fix('Give it an empty default', [replace(at, `\${env:${variable.name}:-}`)])],
        }),
      );
    }
  }
  return found;
}
