import { CompletionItemKind } from 'vscode-languageserver-types';
import { type OpenDocument, textOfDocument } from '../document.ts';
import type { Cursor } from './cursor.ts';
import type { SuggestedValue } from './suggested-values.ts';

/**
 * The anchors that an alias being written can refer to: those above it, each with the first line of what it stands for.
 * Told by the text alone, so that it holds in broken text.
 */
export function suggestedAnchors(document: OpenDocument, { start, prefix }: Cursor): SuggestedValue[] {
  if (!prefix.startsWith('*')) return [];
  const text = textOfDocument(document);
  const found = new Map<string, string>();
  for (const match of text.slice(0, start).matchAll(anchor)) {
    const [whole, before = '', name = ''] = match;
    const line = text.slice(text.lastIndexOf('\n', match.index) + 1, match.index + before.length);
    if (/(?:^|\s)#/.test(line)) continue;
    // Of two with one name the later one is in force; it takes the place in the list too.
    found.delete(name);
    found.set(name, firstLine(text.slice(match.index + whole.length, match.index + whole.length + 1000)));
  }
  return [...found]
    .reverse()
    .map(([label, detail]) => ({ label, detail, text: `*${label}`, kind: CompletionItemKind.Reference }));
}

const anchor = /(^|[\s[{,])&([^\s,[\]{}]+)/gm;

/** What stands behind an anchor on its line, else the first line below it. */
function firstLine(behind: string): string {
  const lines = behind.split(/\r?\n/, 20).map((line) => line.replace(/(?:^|\s)#.*/, '').trim());
  return lines.find((line) => line !== '') ?? '';
}
