import { type Hover, MarkupKind } from 'vscode-languageserver-types';
import { isAlias } from '../../master/config/keep-aliases.ts';
import { manifestSchema, schemaAt, type SchemaNode, workersFileSchema } from '../../master/config/schema.ts';
import type { OpenItem } from '../../master/config/read-item.ts';
import { describeHealth, describeWorker } from '../../master/lifecycle/describe-worker.ts';
import { countStates, describeCounts } from '../../master/lifecycle/state-counts.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf, replicasOf } from '../document.ts';
import { cursorIn } from './cursor.ts';
import { effectiveHover, mergedHover, variablesHover } from './effective-hover.ts';
import { symbolAt } from './symbol-at.ts';

/** What a key means and what is in force there, one of the values it can have, or how the worker named there is. */
export function hover(document: OpenDocument, offset: number): Hover | null {
  if (document.kind === 'foreign') return null;
  const cursor = cursorIn(document, offset);
  if (cursor.kind === 'none' || cursor.end <= cursor.start) return null;
  const root = document.kind === 'workers' ? workersFileSchema : manifestSchema;
  const word = cursor.text.slice(cursor.start - cursor.base, cursor.end - cursor.base);
  const path = cursor.kind === 'key' && !isAlias(word) ? [...cursor.path, word] : cursor.path;
  const schema = schemaAt(root, path);
  const own = document.kind === 'workers' ? ofWorker(document, offset, path, cursor.kind === 'key' ? '' : word) : [];
  const lines = [...(schema ? [schema.description, ...facts(schema), meaning(schema, word)] : []), ...own].filter(
    (line) => line !== undefined,
  );
  if (lines.length === 0) return null;
  return { contents: { kind: MarkupKind.Markdown, value: lines.join('\n\n') }, range: rangeOf(document, cursor) };
}

/** What is known of the worker around an offset, told at a key or at the value it has. */
function ofWorker(
  document: OpenWorkersFile,
  offset: number,
  path: readonly (string | number)[],
  value: string,
): (string | undefined)[] {
  const index = document.workers.indexAt(offset);
  const open = document.workers.openItem(index);
  if (!open || path[1] !== 0) return [];
  // An alias in place of a worker is told as its id is.
  const below = path.length === 2 ? ['id'] : path.slice(2);
  const [key] = below;
  if (key === 'depends_on' && below.length > 1) return ofNamed(document, offset);
  return [
    key === 'id' && open.item?.id !== undefined ? stateOf(document, open.item.id) : undefined,
    key === 'package' ? ofPackage(open) : undefined,
    key === '<<' ? mergedHover(open) : undefined,
    ...variablesHover(value, (name) => document.world.environment(name)),
    effectiveHover(open, below),
  ];
}

/** What is told at the id of a worker, told where another one waits for it, and where it stands. */
function ofNamed(document: OpenWorkersFile, offset: number): (string | undefined)[] {
  const symbol = symbolAt(document, offset);
  if (symbol?.kind !== 'worker') return [];
  const { workers } = document;
  const { name } = symbol;
  const index = workers.indexOf(name);
  const open = workers.openItem(index);
  if (!open) return [stateOf(document, name)];
  const { type, id } = open.reading;
  const line = workers.positionAt(workers.startOf(index) + (id?.start ?? 0)).line + 1;
  const where = `**${name}**: ${type === undefined ? '' : `a ${type}, `}line ${line} of this file.`;
  return [stateOf(document, name), where, effectiveHover(open, ['id'])];
}

function stateOf(document: OpenWorkersFile, id: string): string | undefined {
  const { snapshots, workers } = document;
  const replicas = replicasOf(document, id, workers.readingOf(workers.indexOf(id))?.replicas ?? 0);
  if (replicas.length > 0) {
    const rows = replicas.map((one) => `- ${describeWorker(one)}`);
    return [`**${id}, ${describeCounts(countStates(replicas))}**\n`, ...rows].join('\n');
  }
  const snapshot = snapshots?.get(id);
  if (!snapshot) return undefined;
  const failure = snapshot.last_error && snapshot.state === 'failed' ? `\n\n${snapshot.last_error.message}` : '';
  const ill = snapshot.health_reason === null ? '' : `\n\n${id} is ${describeHealth(snapshot)}.`;
  return `**${describeWorker(snapshot)}**${failure}${ill}`;
}

function ofPackage({ item }: OpenItem): string | undefined {
  const found = item?.resolution?.package;
  if (found?.kind !== 'found') return undefined;
  const { name, version, folder, manifest } = found.installed;
  const about = manifest.description === undefined ? '' : `: ${manifest.description}`;
  return `**${name}:${version}**${about}\n\nRuns as ${manifest.supportedTypes.join(' or ')}; found in ${folder}.`;
}

function facts(schema: SchemaNode): string[] {
  const found: string[] = [];
  if (schema.default !== undefined) found.push(`Default: \`${String(schema.default)}\``);
  const choices = schema.enum ?? schema.else?.enum;
  if (choices) {
    const older = schema['x-older'] ?? [];
    found.push(`One of ${listed(choices.filter((one) => !older.includes(one)))}.`);
    if (older.length > 0) found.push(`In the older form: ${listed(older)}.`);
  }
  const unit = schema['x-unit'] ?? units[schema.format ?? ''];
  if (unit !== undefined) found.push(`Unit: ${unit}`);
  if (schema.deprecated) found.push('Kept for older files.');
  return found;
}

function listed(choices: readonly unknown[]): string {
  return choices.map((one) => `\`${String(one)}\``).join(', ');
}

const units: Readonly<Record<string, string>> = {
  'duration-go': 'a number with `ms`, `s`, `m` or `h`, such as `1m30s`',
  size: 'bytes, or a number with `kB`, `MB`, `GB`, `KiB`, `MiB` or `GiB`',
};

function meaning(schema: SchemaNode, word: string): string | undefined {
  const index = schema.enum?.indexOf(word) ?? -1;
  const text = schema.enumDescriptions?.[index];
  return text === undefined ? undefined : `\`${word}\`: ${text}`;
}
