import { type Hover, MarkupKind } from 'vscode-languageserver-types';
import { manifestSchema, schemaAt, type SchemaNode, workersFileSchema } from '../../master/config/schema.ts';
import { type OpenDocument, rangeOf } from '../document.ts';
import { cursorIn } from './cursor.ts';

/** What a key means, or one of the values it can have. */
export function hover(document: OpenDocument, offset: number): Hover | null {
  if (document.kind === 'foreign') return null;
  const cursor = cursorIn(document, offset);
  if (cursor.kind === 'none' || cursor.end <= cursor.start) return null;
  const root = document.kind === 'workers' ? workersFileSchema : manifestSchema;
  const word = cursor.text.slice(cursor.start - cursor.base, cursor.end - cursor.base);
  const path = cursor.kind === 'key' ? [...cursor.path, word] : cursor.path;
  const schema = schemaAt(root, path);
  if (!schema) return null;
  const lines = [schema.description, ...facts(schema), meaning(schema, word)].filter((line) => line !== undefined);
  if (lines.length === 0) return null;
  return { contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') }, range: rangeOf(document, cursor) };
}

function facts(schema: SchemaNode): string[] {
  const found: string[] = [];
  if (schema.default !== undefined) found.push(`Default: \`${String(schema.default)}\``);
  const choices = schema.enum ?? schema.else?.enum;
  if (choices) found.push(`One of ${choices.map((one) => `\`${String(one)}\``).join(', ')}.`);
  if (schema.deprecated) found.push('Kept for older files.');
  return found;
}

function meaning(schema: SchemaNode, word: string): string | undefined {
  const index = schema.enum?.indexOf(word) ?? -1;
  const text = schema.enumDescriptions?.[index];
  return text === undefined ? undefined : `\`${word}\`: ${text}`;
}
