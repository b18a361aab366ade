import {
  effectiveConfiguration,
  type EffectiveSetting,
  type Origin,
} from '../../master/config/effective-configuration.ts';
import { variablesIn } from '../../master/config/expand-variables.ts';
import { unitNames } from '../../master/config/item.ts';
import { type OpenItem, resolvedWorker } from '../../master/config/read-item.ts';
import { keyText, type Node, valueOf } from '../../master/config/syntax/node.ts';
import { isSecretName, maskOf, secretsIn, type Mask } from '../../master/secrets/mask.ts';

/** More settings than these would hide the rest of the hover. */
const mostSettings = 14;

/** What is in force at a key of a worker, or below it, and who says so. `path` begins below the worker. */
export function effectiveHover(open: OpenItem, path: readonly (string | number)[]): string | undefined {
  const { node, item } = open;
  const resolved = resolvedWorker(open);
  if (!resolved || !item) return undefined;
  const found = item.resolution?.package;
  const manifest = found?.kind === 'found' ? found.installed.manifest : undefined;
  const sources = { file: valueOf(node), own: valueOf(withoutMerged(node)), manifest };
  const settings = effectiveConfiguration(resolved, sources);
  const key = unifiedKey(path);
  // Of the whole value: aliases bring variables that the text does not have.
  const secrets = variablesIn(JSON.stringify(sources.file)).flatMap(({ name }) =>
    isSecretName(name) ? (item.world.environment(name) ?? []) : [],
  );
  const mask = maskOf([...secretsIn(resolved.deployment), ...secrets]);
  const shown = (one: EffectiveSetting) => shownValue(one, secrets, mask);
  const exact = settings.find((one) => one.key === key);
  const origins: Readonly<Record<Origin, string>> = {
    file: 'this file',
    overlay: 'the overlay',
    package: `package ${resolved.packageName ?? ''}:${resolved.packageVersion ?? ''}`,
    default: 'the default',
  };
  const originOf = ({ origin, merged }: EffectiveSetting) => origins[origin] + (merged ? ', by a merge key' : '');
  if (exact) return `In force: ${shown(exact)}, from ${originOf(exact)}.`;
  const below = key === 'id' ? settings : settings.filter((one) => one.key.startsWith(`${key}.`));
  if (below.length === 0) return undefined;
  const rows = below.slice(0, mostSettings).map((one) => {
    const name = key === 'id' ? one.key : one.key.slice(key.length + 1);
    return `| ${name} | ${shown(one)} | ${originOf(one)} |`;
  });
  if (below.length > mostSettings) rows.push(`| and ${below.length - mostSettings} more | | |`);
  return ['| In force | | from |', '| :-- | :-- | :-- |', ...rows].join('\n');
}

/** What comes into a worker through its merge key, and what it has of its own instead. */
export function mergedHover({ node }: OpenItem): string | undefined {
  if (node?.kind !== 'map') return undefined;
  const names = node.entries.flatMap((entry) => (entry.merged ? [`\`${keyText(entry)}\``] : []));
  if (names.length === 0) return undefined;
  return `Brings ${names.join(', ')} into this worker. A key written in the worker itself overrides what is brought.`;
}

/** A tree with only what is written in its own place. */
function withoutMerged(node: Node | undefined): Node | undefined {
  if (node?.kind !== 'map') return node;
  const entries = node.entries.flatMap((entry) => {
    const value = entry.merged ? undefined : withoutMerged(entry.value);
    return value ? [{ ...entry, value }] : [];
  });
  return { ...node, entries };
}

/** What the variables of a text stand for now; what looks like a secret is not told. */
export function variablesHover(text: string, environment: (name: string) => string | undefined): string[] {
  return variablesIn(text).map(({ name, fallback }) => {
    const value = environment(name);
    const told = isSecretName(name) ? '(a secret, not shown)' : code(value ?? fallback ?? '');
    if (value !== undefined) return `\`${name}\` is ${told}`;
    return fallback === undefined ? `\`${name}\` is not set` : `\`${name}\` is not set: ${told} stands in for it`;
  });
}

function shownValue({ key, value }: EffectiveSetting, secrets: readonly string[], mask: Mask): string {
  const name = key.split('.').at(-1) ?? '';
  const text = textOf(value);
  const secret = isSecretName(name) || secrets.some((one) => one !== '' && text.includes(one));
  return secret ? '(a secret, not shown)' : code(textOf(mask.value(value)));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** As inline code within a table. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
  const short = line.length > 80 ? `${line.slice(0, 79)}…` : line;
  return short.includes('`') ? `\`\` ${short} \`\`` : `\`${short}\``;
}

/** A path in any dialect as the unified format spells it: `unit.managed.control.restart_policy` is `restart.policy`. */
function unifiedKey(path: readonly (string | number)[]): string {
  let keys = path.filter((step) => typeof step === 'string');
  if (/^(?:unit|management)$/.test(keys[0] ?? '') && unitNames[keys[1] ?? ''] !== undefined) keys = keys.slice(2);
  if (keys[0] === 'control') keys = keys.slice(1);
  const key = keys.join('.');
  return key
    .replace(/^context_aware_restart\.default\b/, 'restart')
    .replace(/^restart_policy$/, 'restart.policy')
    .replace(/^(?:health_check_run_options|health_check\.run_options)\b/, 'health_check')
    .replace(/^resources\b/, 'limits')
    .replace(/^execution\.(environment|env_file)\b/, '$1')
    .replace(/^module\.(environment|env_file)\b/, '$1')
    .replace(/^(executable_path|args)$/, 'execution.$1')
    .replace(/^config\b/, 'module.config');
}
