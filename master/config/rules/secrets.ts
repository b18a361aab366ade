import type { WrittenValue } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { keyText } from '../syntax/node.ts';
import { scalarsOf } from '../syntax/walk.ts';

const secretName =
  /(?:^|[_-])(?:password|passwd|passphrase|secret|token|api_?key|access_?key|private_?key|credentials?)$/i;

/** What looks like a secret is better kept outside of the file. */
export function checkSecrets(item: WrittenValue): readonly Problem[] {
  // One may come through an alias from anywhere.
  if (!/passw|passphrase|secret|token|key|credential|\*/i.test(item.text)) return [];
  const found: Problem[] = [];
  for (const { node, entry } of scalarsOf(item.node)) {
    const text = typeof node.value === 'string' ? node.value : undefined;
    if (text === undefined) continue;
    const key = entry?.value === node ? keyText(entry) : undefined;
    const pair = key === undefined ? /^([^=]+)=(.+)$/.exec(text) : null;
    const name = key ?? pair?.[1] ?? '';
    const value = pair ? (pair[2] ?? '') : text;
    // A file's path, a placeholder or a reference tells nothing.
    if (!secretName.test(name) || value === '' || /\$\{|^[./~]|^<.*>$|^\*+$/.test(value)) continue;
    const variable = name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();
    const reference = `\${env:${variable}}`;
    const raw = item.text.slice(node.start, node.end);
    const at = raw.indexOf(value);
    const range = pair && !node.via && at >= 0 ? { start: node.start + at, end: node.start + at + value.length } : node;
    const newText = pair ? reference : `"${reference}"`;
    found.push(
      problem('HSU505', `"${name}" looks like a secret written in clear: keep it in an environment variable.`, range, {
        fixes: [fix(`Take it from ${reference}`, [replace(range, newText)])],
      }),
    );
  }
  return found;
}

/** Whether a text was written where a secret stands; used to hide it from logs and hovers. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}
