import { variablesIn } from '../expand-variables.ts';
import type { WrittenValue } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { scalarsOf } from '../syntax/walk.ts';

/** `${env:NAME}` without a default needs the variable NAME. */
export function checkVariables(item: WrittenValue): readonly Problem[] {
  // One may come through an alias from anywhere.
  if (!item.text.includes('${env:') && !item.text.includes('*')) return [];
  const found: Problem[] = [];
  for (const { node } of scalarsOf(item.node)) {
    if (typeof node.value !== 'string') continue;
    const written = node.via ? node.value : item.text.slice(node.start, node.end);
    for (const variable of variablesIn(written)) {
      if (variable.fallback !== undefined || item.world.environment(variable.name) !== undefined) continue;
      const at = node.via ? node : { start: node.start + variable.start, end: node.start + variable.end };
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
