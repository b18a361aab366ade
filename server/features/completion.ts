import {
  type CompletionItem,
  CompletionItemKind,
  CompletionItemTag,
  InsertTextFormat,
} from 'vscode-languageserver-types';
import { fitsType, otherSpellings } from '../../master/config/keys-for-type.ts';
import { manifestSchema, schemaAt, type SchemaNode, workersFileSchema } from '../../master/config/schema.ts';
import { type OpenDocument, rangeOf } from '../document.ts';
import { type Cursor, cursorIn } from './cursor.ts';
import { suggestedValues } from './suggested-values.ts';

export interface CompletionOptions {
  readonly snippets: boolean;
}

/** What may be written at an offset: keys not yet there, and values. */
export function completion(document: OpenDocument, offset: number, options: CompletionOptions): CompletionItem[] {
  if (document.kind === 'foreign') return [];
  const cursor = cursorIn(document, offset);
  const { text } = cursor;
  if (cursor.kind === 'none') return [];
  const root = document.kind === 'workers' ? workersFileSchema : manifestSchema;
  const schema = schemaAt(root, cursor.path);
  if (!schema) return [];
  // A line of a list may become a mapping, or be a value itself.
  if (cursor.kind === 'value' || isScalar(schema)) return values(document, cursor, schema);
  return keys(document, cursor, schema, options, text);
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
  cursor: Cursor,
  schema: SchemaNode,
  options: CompletionOptions,
  text: string,
): CompletionItem[] {
  const isWorker = document.kind === 'workers' && cursor.path.length === 2 && cursor.path[1] === 0;
  const type = isWorker ? typeOf(document, cursor) : undefined;
  const present = new Set(cursor.present);
  const required = schema.required ?? [];
  const range = rangeOf(document, cursor);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const names = Object.keys(schema.properties ?? {}).filter((key) => !present.has(key));
  const allowed = names.filter((key) => {
    const one = schema.properties?.[key];
    if (one?.deprecated || (document.kind === 'workers' && cursor.path.length <= 2 && otherSpellings.has(key)))
      return false;
    return !isWorker || fitsType(key, type);
  });
  return allowed.map((key) => {
    const below = schemaAt(schema, [key]) ?? {};
    const rank = required.includes(key) ? 0 : 1;
    const order = String(names.indexOf(key)).padStart(3, '0');
    const newText = keyText(key, below, cursor, options, eol);
    return {
      label: key,
      kind: CompletionItemKind.Property,
      ...(below.description === undefined ? {} : { documentation: below.description }),
      ...detail(below),
      sortText: `${rank}${order}`,
      textEdit: { range, newText },
      ...(newText.includes('$0') && options.snippets ? { insertTextFormat: InsertTextFormat.Snippet } : {}),
      ...(below.deprecated ? { tags: [CompletionItemTag.Deprecated] } : {}),
    };
  });
}

function detail(schema: SchemaNode): { detail?: string } {
  return schema.default === undefined ? {} : { detail: `default: ${String(schema.default)}` };
}

/** A key with its colon, and the beginning of its value where that is a block; only the key where a colon stands. */
function keyText(key: string, schema: SchemaNode, cursor: Cursor, options: CompletionOptions, eol: string): string {
  if (/^["']?[ \t]*:/.test(cursor.rest)) return key;
  if (cursor.flow || cursor.rest.trim() !== '') return `${key}: `;
  const inner = eol + ' '.repeat(cursor.column + 2);
  const end = options.snippets ? '$0' : '';
  if (schema.properties && !schema.enum) return `${key}:${inner}${end}`;
  if (schema.items) return `${key}:${inner}- ${end}`;
  return `${key}: `;
}

function typeOf(document: OpenDocument, cursor: Cursor): string | undefined {
  if (document.kind !== 'workers') return undefined;
  const index = document.workers.indexAt(cursor.lineStart);
  const item = document.workers.textOf(index);
  return /^[ \t]*(?:-[ \t]+)?type[ \t]*:[ \t]*["']?([\w-]+)/m.exec(item)?.[1];
}

function values(document: OpenDocument, cursor: ReturnType<typeof cursorIn>, schema: SchemaNode): CompletionItem[] {
  const range = rangeOf(document, cursor);
  // Right behind the colon a space is missing.
  const gap =
    cursor.kind === 'value' && !cursor.flow && cursor.text.charAt(cursor.start - cursor.base - 1) === ':' ? ' ' : '';
  return suggestedValues(document, cursor, schema).map((value, index) => ({
    label: value.label,
    kind: value.kind,
    ...(value.detail === undefined ? {} : { detail: value.detail }),
    ...(value.documentation === undefined ? {} : { documentation: value.documentation }),
    sortText: String(index).padStart(4, '0'),
    filterText: value.label,
    textEdit: { range, newText: gap + (value.text ?? value.label) },
  }));
}
