import { CompletionItemKind } from 'vscode-languageserver-types';
import { compare } from 'semver';
import type { SchemaNode } from '../../master/config/schema.ts';
import { nodeAt, textOf } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import type { OpenDocument, OpenManifest, OpenWorkersFile } from '../document.ts';
import type { Cursor } from './cursor.ts';
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

const types = ['process', 'module'];

/** The values that can stand at a place. */
export function suggestedValues(
  document: OpenDocument,
  cursor: Cursor,
  schema: SchemaNode,
  behind: string,
): SuggestedValue[] {
  const key = cursor.path.findLast((step) => typeof step === 'string');
  if (document.kind === 'workers' && cursor.path[1] === 0) {
    const place = cursor.path
      .slice(2)
      .filter((step) => step !== 0)
      .join('.');
    if (place === 'package') return packages(document);
    if (place === 'depends_on') return workerIds(document, cursor);
    if (place === 'module.entry_point') return entryPoints(document, cursor);
    if (place === 'type') return enumValues(schema).filter(({ label }) => types.includes(label));
  }
  if (document.kind === 'package' && cursor.path.join('.') === 'module.entry_point') return exportsOf(document);
  if (schema.format === 'path') return suggestedPaths(document.world, key ?? '', cursor.prefix, behind);
  if (schema.enum) return enumValues(schema);
  if (schema.then?.properties?.['policy']) return enumValues(schema.else ?? {});
  if (schema.type === 'boolean') return ['true', 'false'].map((label) => ({ label, kind: CompletionItemKind.Value }));
  if (schema.format === 'duration-go') return durations(schema);
  if (schema.format === 'semver' && key === 'version') return [{ label: '1.0.0', kind: CompletionItemKind.Value }];
  return schema.default === undefined
    ? []
    : [{ label: String(schema.default), kind: CompletionItemKind.Value, detail: 'default' }];
}

function enumValues(schema: SchemaNode): SuggestedValue[] {
  return (schema.enum ?? []).map((value, index) => {
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

function durations(schema: SchemaNode): SuggestedValue[] {
  const usual = ['500ms', '1s', '5s', '10s', '30s', '1m', '5m', '1h'];
  const first = typeof schema.default === 'string' ? [schema.default] : [];
  return [...new Set([...first, ...usual])].map((label) => ({
    label,
    kind: CompletionItemKind.Value,
    ...(label === schema.default ? { detail: 'default' } : {}),
  }));
}

/** Each version of each package, newest first. Plain text with a colon inside a word needs no quotes. */
function packages(document: OpenDocument): SuggestedValue[] {
  return [...(document.world.packages() ?? [])]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compare(b.version, a.version)))
    .map(({ name, version, manifest }) => ({
      label: `${name}:${version}`,
      kind: CompletionItemKind.Module,
      detail: manifest.supportedTypes.join(', '),
      ...(manifest.description === undefined ? {} : { documentation: manifest.description }),
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
