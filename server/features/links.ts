import type { DocumentLink } from 'vscode-languageserver-types';
import { keyText, type Node, textOf } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import { manifestSchema, schemaAt, type SchemaNode, workerSchema } from '../../master/config/schema.ts';
import { type OpenDocument, rangeOf } from '../document.ts';
import type { Work } from './work.ts';

/** Paths that lead to a file, and URLs. `toUri` makes a file's URI. */
export function* documentLinks(document: OpenDocument, toUri: (file: string) => string): Work<DocumentLink[]> {
  const found: DocumentLink[] = [];
  const visit = (node: Node, schema: SchemaNode | undefined, base: number): void => {
    if (node.kind === 'scalar') {
      const text = textOf(node);
      if (text === undefined || text === '') return;
      const range = () => rangeOf(document, { start: base + node.start, end: base + node.end });
      if (/^https?:\/\/\S+$/.test(text)) found.push({ range: range(), target: text });
      else if (schema?.format === 'path' && /[./\\]/.test(text)) {
        const path = document.world.resolve(document.world.folder, text);
        if (document.world.file(path)?.kind === 'file') found.push({ range: range(), target: toUri(path) });
      }
    } else if (node.kind === 'sequence') {
      for (const item of node.items) visit(item, schema && schemaAt(schema, [0]), base);
    } else {
      for (const entry of node.entries) {
        if (!entry.merged) visit(entry.value, schema && schemaAt(schema, [keyText(entry)]), base);
      }
    }
  };
  if (document.kind === 'package') {
    const { root } = readTree(document.places.getText());
    if (root) visit(root, manifestSchema, 0);
  } else if (document.kind === 'workers') {
    const { workers } = document;
    // Links are decoration: past this many items opening all of them would cost more than they are worth.
    for (let index = 0; index < Math.min(workers.size, 500); index++) {
      const node = workers.openItem(index)?.node;
      if (node) visit(node, workerSchema, workers.startOf(index));
      yield;
    }
  }
  return found;
}
