import { didYouMean } from '../did-you-mean.ts';
import { quoted } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { nodeAt, textOf } from '../syntax/node.ts';

/** `package` names an installed package, in a version that is there. */
export function checkPackage(item: Item): readonly Problem[] {
  const node = nodeAt(item.node, 'package');
  const written = textOf(node);
  if (!node || written === undefined) return [];
  const raw = item.text.slice(node.start, node.end);
  if (node.kind === 'scalar' && typeof node.value === 'number') {
    const message = `"package: ${written}" is a number to YAML, which drops zeros: put the name into quotes.`;
    return [
      problem('HSU304', message, node, { fixes: [fix('Put it into quotes', [replace(node, `"${raw}"`)], true)] }),
    ];
  }
  if (!/^[A-Za-z0-9@][A-Za-z0-9@._/-]*(?::[^\s:][^:]*)?$/.test(written)) {
    const meant = tidied(written);
    return [
      problem(
        'HSU304',
        `"${written}" is no package reference: write "name:version", such as data-processor:1.2.3.`,
        node,
        { fixes: meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, quoted(meant, raw))], true)] },
      ),
    ];
  }
  const found = item.resolution?.package;
  if (found?.kind === 'unknown') {
    const close = didYouMean(found.name, found.known);
    const hint = close[0] === undefined ? knownHint(found.known) : `did you mean "${close[0]}"?`;
    return [
      problem('HSU301', `There is no package "${found.name}": ${hint}`, node, {
        fixes: close.map((name, index) =>
          fix(`Change to "${name}"`, [replace(node, quoted(written.replace(found.name, name), raw))], index === 0),
        ),
      }),
    ];
  }
  if (found?.kind === 'no-version') {
    const newest = found.versions.at(-1) ?? '';
    return [
      problem(
        'HSU302',
        `Package "${found.name}" has no version ${found.range}: there is ${found.versions.join(', ')}.`,
        node,
        {
          fixes: found.versions.map((version) =>
            fix(
              `Change to ${found.name}:${version}`,
              [replace(node, quoted(`${found.name}:${version}`, raw))],
              version === newest,
            ),
          ),
        },
      ),
    ];
  }
  return [];
}

function knownHint(known: readonly string[]): string {
  if (known.length === 0) return 'no package.yaml is found in this folder, its subfolders or packages/.';
  return `known are ${known.slice(0, 8).join(', ')}.`;
}

/** "tools : 1.2.3", "tools@1.2.3" and "tools 1.2.3" are meant as tools:1.2.3. */
function tidied(written: string): string | undefined {
  const match = /^\s*([A-Za-z0-9@][A-Za-z0-9@._/-]*?)\s*[:@=\s]\s*v?([\^~<>=]*\d[\w.+-]*)\s*$/.exec(written);
  return match ? `${match[1] ?? ''}:${match[2] ?? ''}` : undefined;
}
