import { CompletionItemKind } from 'vscode-languageserver-types';
import type { SchemaNode } from '../../master/config/schema.ts';
import { nodeAt, textOf } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import type { OpenDocument, OpenManifest, OpenWorkersFile } from '../document.ts';
import type { Cursor } from './cursor.ts';
import { type AskOffers, suggestedPackages } from './suggested-packages.ts';
import { suggestedPaths } from './suggested-paths.ts';

export interface SuggestedValue {
  readonly label: string;
  readonly kind: CompletionItemKind;
  readonly detail?: string;
  readonly documentation?: string;
  /** What is written, where that is not the label. */
  readonly text?: string;
  /** Where only a part of the word is replaced: how many of its characters before the cursor stay, how many behind it go. */
  readonly part?: { readonly stays: number; readonly goes: number };
}

/** The values that can stand at a place. */
export function suggestedValues(
  document: OpenDocument,
  cursor: Cursor,
  schema: SchemaNode,
  behind: string,
  offers: AskOffers,
): SuggestedValue[] {
  const key = cursor.path.findLast((step) => typeof step === 'string');
  if (document.kind === 'workers' && cursor.path[1] === 0) {
    const place = cursor.path
      .slice(2)
      .filter((step) => step !== 0)
      .join('.');
    if (place === 'package') return suggestedPackages(document.world.packages() ?? [], offers, cursor.prefix);
    if (place === 'depends_on') return workerIds(document, cursor);
    if (place === 'module.entry_point') return entryPoints(document, cursor);
  }
  if (document.kind === 'package' && cursor.path.join('.') === 'module.entry_point') return exportsOf(document);
  if (schema.format === 'path') return suggestedPaths(document.world, key ?? '', cursor.prefix, behind);
  if (schema.enum) return enumValues(schema);
  if (schema.then?.properties?.['policy']) return enumValues(schema.else ?? {});
  if (schema.type === 'boolean') return ['true', 'false'].map((label) => ({ label, kind: CompletionItemKind.Value }));
  if (schema.format === 'duration-go') return usualTexts(schema, usualDurations);
  if (schema.format === 'size') return usualTexts(schema, usualSizes);
  if (schema.format === 'semver' && key === 'version') return [{ label: '1.0.0', kind: CompletionItemKind.Value }];
  return schema.default === undefined
    ? []
    : [{ label: String(schema.default), kind: CompletionItemKind.Value, detail: 'default' }];
}

function enumValues(schema: SchemaNode): SuggestedValue[] {
  return (schema.enum ?? []).flatMap((value, index) => {
    if (schema['x-older']?.includes(value)) return [];
    const documentation = schema.enumDescriptions?.[index];
    const isDefault = value === schema.default ? { detail: 'default' } : {};
    const label = String(value);
    return {
      label,
      kind: CompletionItemKind.EnumMember,
      ...isDefault,
      ...(documentation === undefined ? {} : { documentation }),
    };
  });
}

const usualDurations = ['500ms', '1s', '5s', '10s', '30s', '1m', '5m', '1h'];
const usualSizes = ['10MB', '64MB', '128MB', '256MB', '512MB', '1GB', '2GB'];

function usualTexts(schema: SchemaNode, usual: readonly string[]): SuggestedValue[] {
  const first = typeof schema.default === 'string' ? [schema.default] : [];
  return [...new Set([...first, ...usual])].map((label) => ({
    label,
    kind: CompletionItemKind.Value,
    ...(label === schema.default ? { detail: 'default' } : {}),
  }));
}

function workerIds({ workers }: OpenWorkersFile, cursor: Cursor): SuggestedValue[] {
  const own = workers.indexAt(cursor.lineStart);
  const ids: string[] = [];
  const taken = new Set(workers.readingOf(own)?.dependsOn.map(({ value }) => value));
  for (let index = 0; index < workers.size; index++) {
    const id = workers.readingOf(index)?.id?.value;
    if (index !== own && id !== undefined && !taken.has(id)) ids.push(id);
  }
  return ids.map((label) => ({ label, kind: CompletionItemKind.Reference }));
}

function entryPoints({ workers, world }: OpenWorkersFile, cursor: Cursor): SuggestedValue[] {
  const item = workers.openItem(workers.indexAt(cursor.lineStart))?.item;
  if (!item) return [];
  const written = textOf(nodeAt(item.node, 'module', 'module_path'));
  const installed = item.resolution?.package.kind === 'found' ? item.resolution.package.installed : undefined;
  const manifest = installed?.manifest.module;
  const file =
    written !== undefined
      ? world.resolve(world.folder, written)
      : installed && manifest && world.resolve(installed.folder, manifest.modulePath);
  return file === undefined ? [] : functions(world.exports(file));
}

function exportsOf({ places, world }: OpenManifest): SuggestedValue[] {
  const written = textOf(nodeAt(readTree(places.getText()).root, 'module', 'module_path'));
  return written === undefined ? [] : functions(world.exports(world.resolve(world.folder, written)));
}

function functions(names: readonly string[] = []): SuggestedValue[] {
  return names.map((label) => ({ label, kind: CompletionItemKind.Function }));
}
