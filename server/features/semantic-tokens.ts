import type { Range, SemanticTokens } from 'vscode-languageserver-types';
import { parseDuration } from '../../master/config/duration.ts';
import { variablesIn } from '../../master/config/expand-variables.ts';
import { schemaAt, type SchemaNode, workerSchema } from '../../master/config/schema.ts';
import { keyText, type Node, textOf } from '../../master/config/syntax/node.ts';
import type { OpenDocument } from '../document.ts';
import type { Work } from './work.ts';

export const tokenTypes = ['type', 'variable', 'number', 'namespace', 'class', 'enumMember'] as const;
export const tokenModifiers = ['declaration', 'deprecated'] as const;

type TokenType = (typeof tokenTypes)[number];

interface Token {
  readonly start: number;
  readonly end: number;
  readonly type: TokenType;
  readonly modifiers: number;
}

/** What the text means beyond YAML: ids, references, durations, enum values, variables, keys of the past. */
export function* semanticTokens(document: OpenDocument, range?: Range): Work<SemanticTokens> {
  if (document.kind !== 'workers') return { data: [] };
  const { workers, places } = document;
  const from = range ? places.offsetAt(range.start) : 0;
  const to = range ? places.offsetAt(range.end) : workers.length;
  const data: number[] = [];
  let line = 0;
  let character = 0;
  for (let index = Math.max(0, workers.indexAt(from)); index < workers.size && workers.startOf(index) <= to; index++) {
    const node = workers.openItem(index)?.node;
    if (!node) continue;
    const base = workers.startOf(index);
    for (const token of tokensOf(node, workers.textOf(index))) {
      const start = places.positionAt(base + token.start);
      const sameLine = start.line === line;
      data.push(start.line - line, sameLine ? start.character - character : start.character);
      data.push(token.end - token.start, tokenTypes.indexOf(token.type), token.modifiers);
      ({ line, character } = start);
    }
    yield;
  }
  return { data };
}

/** In the order of the text, none over another, none over a line's end. */
function tokensOf(item: Node, text: string): Token[] {
  const found: Token[] = [];
  const add = (start: number, end: number, type: TokenType, modifiers = 0) => {
    if (end > start && !text.slice(start, end).includes('\n')) found.push({ start, end, type, modifiers });
  };
  const visit = (node: Node, schema: SchemaNode | undefined, path: readonly string[]): void => {
    if (node.kind === 'sequence') {
      for (const one of node.items) visit(one, schema && schemaAt(schema, [0]), path);
      return;
    }
    if (node.kind === 'map') {
      for (const entry of node.entries) {
        if (entry.merged) continue;
        const key = keyText(entry);
        const below = schema && schemaAt(schema, [key], { [key]: entry.value.kind === 'scalar' ? '' : {} });
        if (below?.deprecated) add(entry.key.start, entry.key.end, 'type', 2);
        visit(entry.value, below, [...path, key]);
      }
      return;
    }
    const written = textOf(node);
    if (written === undefined) return;
    const raw = text.slice(node.start, node.end);
    const quote = /^["']/.test(raw) ? 1 : 0;
    const place = path.join('.');
    const variables = variablesIn(raw);
    if (variables.length > 0) {
      for (const one of variables) add(node.start + one.start, node.start + one.end, 'variable');
    } else if (place === 'id') add(node.start + quote, node.end - quote, 'class', 1);
    else if (place === 'depends_on') add(node.start + quote, node.end - quote, 'class');
    else if (place === 'package') {
      const colon = raw.indexOf(':');
      add(node.start + quote, colon < 0 ? node.end - quote : node.start + colon, 'namespace');
      if (colon >= 0) add(node.start + colon + 1, node.end - quote, 'number');
    } else if (schema?.enum?.includes(written)) add(node.start + quote, node.end - quote, 'enumMember');
    else if (schema?.format === 'duration-go' && parseDuration(written) !== undefined) {
      add(node.start + quote, node.end - quote, 'number');
    }
  };
  visit(item, workerSchema, []);
  return found
    .sort((a, b) => a.start - b.start)
    .filter((token, index, all) => index === 0 || token.start >= (all[index - 1]?.end ?? 0));
}
