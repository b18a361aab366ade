import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from 'vscode-languageserver-types';
import { keyText, type Node } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf, readable } from '../document.ts';
import { packagePlaces } from './symbol-at.ts';
import type { Work } from './work.ts';

/** The workers of a file by their ids; the keys of a manifest. */
export function* documentSymbols(document: OpenDocument): Work<DocumentSymbol[]> {
  if (document.kind === 'workers') return yield* workerSymbols(readable(document));
  if (document.kind === 'package') return keySymbols(document, readTree(document.places.getText()).root);
  return [];
}

function* workerSymbols(document: OpenWorkersFile): Work<DocumentSymbol[]> {
  const { workers } = document;
  const found: DocumentSymbol[] = [];
  for (let index = 0; index < workers.size; index++) {
    const reading = workers.readingOf(index);
    if (!reading) continue;
    const base = workers.startOf(index);
    const at = reading.id ?? reading.anchor;
    const selection = { start: base + at.start, end: base + at.end };
    const start = Math.min(selection.start, base + leadingSpace(workers.textOf(index)));
    const end = Math.max(
      selection.end,
      start +
        workers
          .textOf(index)
          .slice(start - base)
          .trimEnd().length,
    );
    found.push({
      name: reading.id?.value ?? '(no id)',
      detail: reading.type ?? '',
      kind: reading.type === 'module' ? SymbolKind.Module : SymbolKind.Object,
      range: rangeOf(document, { start, end }),
      selectionRange: rangeOf(document, selection),
    });
    yield;
  }
  return found;
}

function keySymbols(document: OpenDocument, node: Node | undefined): DocumentSymbol[] {
  if (node?.kind !== 'map') return [];
  return node.entries.map((entry) => ({
    name: keyText(entry) || '(empty)',
    kind: SymbolKind.Property,
    range: rangeOf(document, { start: entry.key.start, end: Math.max(entry.key.end, entry.value.end) }),
    selectionRange: rangeOf(document, entry.key),
    children: keySymbols(document, entry.value),
  }));
}

/** Workers and packages of several documents whose names contain the letters of a query, in their order. */
export function* workspaceSymbols(documents: Iterable<OpenDocument>, query: string): Work<WorkspaceSymbol[]> {
  const letters = [...query.toLowerCase()].map((letter) => letter.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const wanted = new RegExp(letters.join('.*'));
  const found: WorkspaceSymbol[] = [];
  for (const document of documents) {
    if (document.kind === 'workers') {
      for (const { name, kind, selectionRange } of yield* workerSymbols(readable(document))) {
        if (wanted.test(name.toLowerCase()))
          found.push({ name, kind, location: { uri: document.uri, range: selectionRange } });
      }
    } else if (document.kind === 'package') {
      const name = document.reading.manifest?.name;
      if (name === undefined || !wanted.test(name.toLowerCase())) continue;
      for (const place of packagePlaces(document, name)) {
        const range = rangeOf(document, place);
        found.push({ name, kind: SymbolKind.Package, location: { uri: document.uri, range } });
      }
    }
  }
  return found;
}

function leadingSpace(text: string): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}
