import { stringify } from 'yaml';
import { lineEnd } from './edits.ts';
import type { TextEdit } from './problem.ts';
import type { MapNode } from './syntax/node.ts';
import type { InstalledPackage } from './world.ts';

/** The block of a deployment, as a package's manifest has it. */
export interface Filled {
  readonly block: 'execution' | 'module';
  readonly value: Readonly<Record<string, unknown>>;
  /** Whose manifest: "data-processor 1.2.3". */
  readonly from: string;
}

/**
 * What the manifest says of a deployment that a worker may say itself. The file that is run is left to the package:
 * written down it would be that of one version, and an upgrade would not be followed. Undefined where nothing is left.
 */
export function filledFrom(
  { name, version, manifest }: InstalledPackage,
  to: 'process' | 'module',
): Filled | undefined {
  const from = `${name} ${version}`;
  if (to === 'process') {
    const args = manifest.process?.args ?? [];
    return args.length === 0 ? undefined : { block: 'execution', value: { args }, from };
  }
  if (!manifest.module) return undefined;
  const { entryPoint } = manifest.module;
  const config = requiredDefaults(manifest.configSchema);
  const value = { ...(entryPoint !== undefined && { entry_point: entryPoint }), ...(config && { config }) };
  return Object.keys(value).length === 0 ? undefined : { block: 'module', value, from };
}

/** "The block module: was filled from data-processor 1.2.3 (entry_point)." */
export function describeFilled({ block, value, from }: Filled): string {
  return `The block "${block}:" was filled from ${from} (${Object.keys(value).join(', ')}).`;
}

/** Settings that must be there and whose value the schema knows. */
function requiredDefaults(schema: Readonly<Record<string, unknown>> | undefined): object | undefined {
  const { required, properties } = schema ?? {};
  if (!Array.isArray(required) || typeof properties !== 'object' || properties === null) return undefined;
  const known = Object.entries(properties).flatMap(([key, property]: [string, unknown]) => {
    const has = required.includes(key) && typeof property === 'object' && property !== null && 'default' in property;
    return has ? [[key, property.default] as const] : [];
  });
  return known.length === 0 ? undefined : Object.fromEntries(known);
}

/** Adds a block to a worker, behind all that it has, indented and quoted as its neighbours are. `quote` is that of a neighbour. */
export function addBlock(text: string, worker: MapNode, key: string, value: unknown, quote: string): TextEdit {
  const own = worker.entries.filter(({ merged }) => !merged);
  const end = Math.max(...own.map((entry) => Math.max(entry.key.end, entry.value.end)));
  const style = stringStyles[quote] ?? 'PLAIN';
  const options = { lineWidth: 0, defaultKeyType: 'PLAIN', defaultStringType: style } as const;
  if (worker.flow) {
    const written = stringify({ [key]: value }, { ...options, collectionStyle: 'flow' }).trim();
    return { start: end, end, newText: `, ${written.slice(1, -1).trim()}` };
  }
  const first = own[0]?.key.start ?? worker.start;
  const column = first - (text.lastIndexOf('\n', first - 1) + 1);
  const lines = stringify({ [key]: value }, { ...options, indent: stepOf(text, own, column) })
    .trimEnd()
    .split('\n');
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  // A literal block ends behind its last line break.
  const at = lineEnd(text, text.slice(0, end).trimEnd().length);
  return { start: at, end: at, newText: lines.map((line) => newline + ' '.repeat(column) + line).join('') };
}

const stringStyles: Readonly<Record<string, 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'>> = {
  '"': 'QUOTE_DOUBLE',
  "'": 'QUOTE_SINGLE',
};

/** How much deeper the blocks of a worker stand than the worker itself: two where it has none. */
function stepOf(text: string, entries: MapNode['entries'], column: number): number {
  for (const { value } of entries) {
    if (value.kind !== 'map' || value.flow) continue;
    const first = value.entries[0]?.key.start ?? value.start;
    const step = first - (text.lastIndexOf('\n', first - 1) + 1) - column;
    if (step > 0) return step;
  }
  return 2;
}
