import { type CompletionItem, CompletionItemKind, InsertTextFormat, InsertTextMode } from 'vscode-languageserver-types';
import type { ModuleDeployment } from '../../master/config/deployment.ts';
import { fitsType, otherSpellings } from '../../master/config/keys-for-type.ts';
import { isolationOf } from '../../master/config/rules/module-limits.ts';
import { manifestSchema, schemaAt, type SchemaNode, workersFileSchema } from '../../master/config/schema.ts';
import { isAlias } from '../../master/config/keep-aliases.ts';
import { nodeAt, textOf, valueOf } from '../../master/config/syntax/node.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf } from '../document.ts';
import { cursorIn } from './cursor.ts';
import { suggestedAnchors } from './suggested-anchors.ts';
import type { AskOffers } from './suggested-packages.ts';
import { type SuggestedValue, suggestedValues } from './suggested-values.ts';
import { suggestedVariables } from './suggested-variables.ts';
import { snippetText, workerSnippets } from './worker-snippets.ts';

export interface CompletionOptions {
  readonly snippets: boolean;
  readonly offers?: AskOffers;
}

const noOffers: AskOffers = () => [];

/** What may be written at an offset: keys not yet there, and values. */
export function completion(document: OpenDocument, offset: number, options: CompletionOptions): CompletionItem[] {
  if (document.kind === 'foreign') return [];
  const cursor = cursorIn(document, offset);
  if (cursor.kind === 'none') return [];
  if (isAlias(wordAt(cursor))) return items(document, cursor, suggestedAnchors(document, cursor));
  const behind = cursor.text.slice(offset - cursor.base, cursor.end - cursor.base);
  // A brace in plain text within brackets would close them.
  if ((cursor.kind === 'value' || cursor.afterDash) && (!cursor.flow || cursor.quote !== '')) {
    const variables = suggestedVariables(document, cursor.prefix, behind);
    if (variables) return items(document, cursor, variables);
  }
  const schema = schemaAt(document.kind === 'workers' ? workersFileSchema : manifestSchema, cursor.path);
  if (!schema) return [];
  // A line of a list may become a mapping, or be a value itself.
  if (cursor.kind === 'value' || isScalar(schema)) {
    return items(document, cursor, suggestedValues(document, cursor, schema, behind, options.offers ?? noOffers));
  }
  if (schema.items && !cursor.flow) return firstItems(document, cursor, schema.items, options);
  return keys(document, cursor, schema, options);
}

type CursorIn = ReturnType<typeof cursorIn>;

function wordAt({ text, start, end, base }: CursorIn): string {
  return text.slice(start - base, end - base);
}

function isScalar(schema: SchemaNode): boolean {
  return (
    schema.properties === undefined &&
    !schema.additionalProperties &&
    schema.type !== 'object' &&
    schema.items === undefined
  );
}

function keys(
  document: OpenDocument,
  cursor: CursorIn,
  schema: SchemaNode,
  options: CompletionOptions,
): CompletionItem[] {
  const isWorker = document.kind === 'workers' && cursor.path.length === 2 && cursor.path[1] === 0;
  const inherited = document.kind === 'workers' ? mergedAt(document, cursor) : new Map<string, string>();
  const type = isWorker ? (typeOf(cursor) ?? inherited.get('type')) : undefined;
  const isolation = isWorker && type === 'module' ? isolationAt(document, cursor) : undefined;
  const present = new Set(cursor.present);
  const required = schema.required ?? [];
  const eol = eolOf(cursor);
  const names = Object.keys(schema.properties ?? {}).filter((key) => !present.has(key));
  const allowed = names.filter((key) => {
    const one = schema.properties?.[key];
    if (one?.deprecated || (document.kind === 'workers' && cursor.path.length <= 2 && otherSpellings.has(key)))
      return false;
    return !isWorker || fitsType(key, type, isolation);
  });
  const whole = isWorker && cursor.afterDash && present.size === 0 ? workers(document, cursor, 0, options) : [];
  const found = allowed.map((key) => {
    const below = schemaAt(schema, [key]) ?? {};
    const overridden = inherited.get(key);
    const rank = overridden !== undefined ? 2 : required.includes(key) ? 0 : 1;
    const order = String(names.indexOf(key)).padStart(3, '0');
    const newText = keyText(key, below, cursor, options, eol);
    return {
      label: key,
      kind: CompletionItemKind.Property,
      ...(below.description === undefined ? {} : { documentation: below.description }),
      ...(overridden === undefined ? detail(below) : { detail: `overrides ${overridden}` }),
      sortText: `${rank}${order}`,
      textEdit: editOf(document, cursor, newText),
      ...(newText.includes('\n') ? { insertTextMode: InsertTextMode.asIs } : {}),
      ...(newText.includes('$0') && options.snippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
    };
  });
  return [...found, ...whole];
}

/** What comes into the mapping of the cursor through merge keys: writing such a key overrides what came. */
function mergedAt({ workers }: OpenWorkersFile, { path, start }: CursorIn): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const [list, item, ...below] = path;
  // Which item of a list below a worker it is no path tells.
  if ((list !== 'workers' && list !== 'managed_processes') || item !== 0 || below.includes(0)) return found;
  const map = nodeAt(workers.openItem(workers.lastBefore(start))?.node, ...below);
  if (map?.kind !== 'map') return found;
  for (const { key, value, merged } of map.entries) {
    const name = String(key.value);
    if (merged && !found.has(name)) found.set(name, textOf(value) ?? JSON.stringify(valueOf(value)));
  }
  return found;
}

/** Right behind a colon or a dash a space is missing. */
function gapOf({ kind, flow, afterDash, text, start, base }: CursorIn): '' | ' ' {
  const before = text.charAt(start - base - 1);
  return !flow && (kind === 'value' ? before === ':' : afterDash && before === '-') ? ' ' : '';
}

/** Writes over the word, and moves it to the column of its mapping. */
function editOf(document: OpenDocument, cursor: CursorIn, text: string) {
  const { indent, lineStart, end } = cursor;
  // A comment begins behind a space.
  const behind = cursor.rest.startsWith('#') ? ' ' : '';
  if (indent === undefined) return { range: rangeOf(document, cursor), newText: gapOf(cursor) + text + behind };
  return { range: rangeOf(document, { start: lineStart, end }), newText: ' '.repeat(indent) + text };
}

/** The column that the keys of the mapping have, or will have. */
function columnOf(cursor: CursorIn): number {
  return cursor.column + (cursor.kind === 'key' ? gapOf(cursor).length : 0);
}

function eolOf({ text }: CursorIn): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Whole workers; `dash` is how many columns the dash before their keys takes where it is still to be written. */
function workers(document: OpenDocument, cursor: CursorIn, dash: 0 | 2, options: CompletionOptions): CompletionItem[] {
  if (cursor.rest.trim() !== '') return [];
  return workerSnippets.map((snippet, index) => ({
    label: snippet.label,
    kind: CompletionItemKind.Snippet,
    documentation: snippet.documentation,
    sortText: `3${index}`,
    textEdit: {
      range: rangeOf(document, cursor),
      newText:
        gapOf(cursor) +
        '- '.slice(0, dash) +
        snippetText(snippet, columnOf(cursor) + dash, eolOf(cursor), options.snippets),
    },
    insertTextMode: InsertTextMode.asIs,
    ...(options.snippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
  }));
}

/** What a list begins with, or goes on with where its dashes stand in the cursor's column: each with its dash. */
function firstItems(
  document: OpenDocument,
  cursor: CursorIn,
  schema: SchemaNode,
  options: CompletionOptions,
): CompletionItem[] {
  const isWorkers = document.kind === 'workers' && cursor.path.length === 1;
  if (isWorkers) {
    const { column = cursor.column } = document.workers.frame;
    return column === cursor.column ? workers(document, cursor, 2, options) : [];
  }
  if (cursor.prefix !== '' || cursor.rest.trim() !== '' || !opensList(cursor)) return [];
  const inItem = { ...cursor, path: [...cursor.path, 0] };
  const below = schemaAt(schema, []) ?? schema;
  const values = suggestedValues(document, inItem, below, '', options.offers ?? noOffers);
  return items(
    document,
    inItem,
    values.map((value) => ({ ...value, text: `- ${value.text ?? value.label}` })),
  );
}

/** The line above holds the key of the list and nothing else. */
function opensList({ text, base, lineStart }: CursorIn): boolean {
  return /(?:^|\n)[^\n]*:[ \t]*(?:#[^\n]*)?$/.test(text.slice(0, lineStart - base).trimEnd());
}

function detail(schema: SchemaNode): { detail?: string } {
  return schema.default === undefined ? {} : { detail: `default: ${String(schema.default)}` };
}

/** A key with its colon, and the beginning of its value where that is a block; only the key where a colon stands. */
function keyText(key: string, schema: SchemaNode, cursor: CursorIn, options: CompletionOptions, eol: string): string {
  if (/^["']?[ \t]*:/.test(cursor.rest)) return key;
  if (cursor.flow || cursor.rest.trim() !== '') return `${key}: `;
  const inner = eol + ' '.repeat(columnOf(cursor) + 2);
  const end = options.snippets ? '$0' : '';
  if (schema.properties && !schema.enum) return `${key}:${inner}${end}`;
  if (schema.items) return `${key}:${inner}- ${end}`;
  return `${key}: `;
}

/** The `type` written in the cursor's own mapping, told by its column: so it holds in broken text. */
function typeOf(cursor: CursorIn): string | undefined {
  const column = columnOf(cursor);
  for (const [, before = '', type] of cursor.text.matchAll(/^([ \t]*(?:-[ \t]+)?)type[ \t]*:[ \t]*["']?([\w-]+)/gm)) {
    if (before.replaceAll('\t', '  ').length === column) return type;
  }
  return undefined;
}

/** How the module around the cursor will be kept apart, as far as its item can be read. */
function isolationAt(document: OpenDocument, cursor: CursorIn): ModuleDeployment['isolation'] | undefined {
  if (document.kind !== 'workers') return undefined;
  const item = document.workers.openItem(document.workers.lastBefore(cursor.lineStart))?.item;
  return item && isolationOf(item);
}

function items(document: OpenDocument, cursor: CursorIn, values: readonly SuggestedValue[]): CompletionItem[] {
  const { start, prefix } = cursor;
  return values.map((value, index) => {
    const { part } = value;
    const at = start + prefix.length;
    const text = value.text ?? value.label;
    return {
      label: value.label,
      kind: value.kind,
      ...(value.detail === undefined ? {} : { detail: value.detail }),
      ...(value.documentation === undefined ? {} : { documentation: value.documentation }),
      sortText: String(index).padStart(4, '0'),
      filterText: value.text?.startsWith('*') ? value.text : value.label,
      textEdit: part
        ? {
            range: rangeOf(document, { start: start + part.stays, end: at + part.goes }),
            newText: (part.stays > 0 ? '' : gapOf(cursor)) + text,
          }
        : editOf(document, cursor, text),
    };
  });
}
