import { keyNames } from './schema.ts';
import { withoutLongLines } from './syntax/long-lines.ts';
import { type Anchors, noAnchors, type Tree } from './syntax/node.ts';
import { readPlainYaml } from './syntax/read-plain-yaml.ts';
import { readYaml } from './syntax/read-yaml.ts';

/**
 * Plain text is read fast; whatever else, and every fault, by the reader that knows all of YAML. `known` are anchors that
 * stand before the text.
 */
export function readTree(text: string, known: Anchors = noAnchors): Tree {
  const plain = readPlainYaml(text, keyNames, known);
  if (plain || text.length <= 2 * much) return plain ?? readYaml(text, known);
  const { text: shorter, faults } = withoutLongLines(text);
  if (shorter.trim() === '') return { root: undefined, faults };
  const tree =
    (faults.length > 0 ? readPlainYaml(shorter, keyNames, known) : undefined) ??
    readUntilBroken(shorter) ??
    readYaml(shorter, known);
  return { ...tree, faults: [...faults, ...tree.faults] };
}

const much = 50_000;

/**
 * Something large that was pasted and is no YAML: what its beginning is faulted for, the whole would be too, so nobody
 * waits for the rest. Undefined where the beginning is sound.
 */
function readUntilBroken(text: string): Tree | undefined {
  const head = readYaml(text.slice(0, text.lastIndexOf('\n', much) + 1 || much));
  // The cut itself may leave something open.
  const early = head.faults.filter((fault) => !fault.duplicateOf && fault.end < much / 2);
  return early.length < 10 ? undefined : { root: head.root, faults: early };
}
