import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  isIdle as hasNoEffect,
  manifestSchema,
  schemaAt,
  type SchemaNode,
  workersFileSchema,
} from '../master/config/schema.ts';
import { hover } from '../server/features/hover.ts';
import { openManifest, openWorkers } from './support/open-document.ts';

interface Row {
  readonly path: readonly string[];
  readonly kind: string;
  readonly fallback: string;
  readonly isIdle: boolean;
}

for (const [name, root, open] of [
  ['workers', workersFileSchema, openWorkers],
  ['package', manifestSchema, openManifest],
] as const) {
  describe(`each key of the format of ${name}.yaml`, () => {
    const rows = rowsOf(readFileSync(path.join(ROOT_FOLDER, 'test/fixtures/format', `${name}.keys`), 'utf8'));

    for (const { path: keys, kind, fallback, isIdle } of rows) {
      it(`${keys.join('.')}: ${kind}${fallback === '-' ? '' : `, ${fallback}`}${isIdle ? ', without effect' : ''}`, () => {
        const schema = schemaAt(
          root,
          keys.map((key) => (key === '[]' ? 0 : key)),
        );
        assert.ok(schema, 'the schema knows it');
        assert.match(schema.description ?? '', /\.$/);
        assert.equal(kindOf(schema), kind);
        assert.equal(String(schema.default ?? '-'), fallback);
        assert.equal(hasNoEffect(schema), isIdle);
        const told = hoverAt(open, keys);
        assert.ok(told.includes(schema.description ?? '…'), told);
        if (['duration', 'size', 'integer', 'number'].includes(kind)) assert.match(told, /Unit: \S/);
        if (fallback !== '-') assert.ok(told.includes(`Default: \`${fallback}\``), told);
      });
    }
  });
}

/** One row for each way through the braces of its path. */
function rowsOf(text: string): Row[] {
  return text.split('\n').flatMap((line) => {
    const [written, kind, fallback, idle] = line.trim().split(/\s+/);
    if (!written || written.startsWith('#') || kind === undefined || fallback === undefined) return [];
    return waysThrough(written).map((one) => ({ path: one.split('.'), kind, fallback, isIdle: idle === 'idle' }));
  });
}

function waysThrough(written: string): string[] {
  const braces = /\{([^}]*)\}/.exec(written);
  if (!braces) return [written];
  const [all, choices = ''] = braces;
  return choices.split(',').flatMap((choice) => waysThrough(written.replace(all, choice)));
}

function kindOf({ format, enum: choices, type }: SchemaNode): string {
  if (format === 'duration-go') return 'duration';
  if (format === 'size') return 'size';
  if (choices) return choices.join('|');
  const names: Readonly<Record<string, string>> = { string: 'text', boolean: 'flag', array: 'list', object: 'map' };
  const types = [type ?? []].flat().filter((one) => one !== 'null');
  return types.map((one) => names[one] ?? one).join('|');
}

/** What the hover says at a key that stands alone in a file. */
function hoverAt(open: typeof openWorkers | typeof openManifest, keys: readonly string[]): string {
  let indent = '';
  let text = '';
  for (const [index, key] of keys.entries()) {
    if (key === '[]') continue;
    const dash = keys[index - 1] === '[]' ? '- ' : '';
    text += `${indent}${dash}${key}:${index === keys.length - 1 ? ' x' : ''}\n`;
    indent += dash === '' ? '  ' : '    ';
  }
  const found = hover(open(text), text.length - 5);
  return found && typeof found.contents === 'object' && 'value' in found.contents ? found.contents.value : '';
}
