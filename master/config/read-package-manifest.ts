import { valid } from 'semver';
import { validateManifest } from './generated/validators.cjs';
import { keepAliases } from './keep-aliases.ts';
import { problem } from './make-problem.ts';
import type { DebuggerConfiguration } from './debugger-configuration.ts';
import type { PackageManifest } from './package-manifest.ts';
import type { Problem } from './problem.ts';
import { readHealthCheck } from './read-health-check.ts';
import { syntaxProblem } from './read-item.ts';
import { bothSpellings, pairsOfManifest } from './rules/both-spellings.ts';
import { manifestRules } from './rules/manifest-rules.ts';
import { checkTextsOf } from './rules/texts.ts';
import type { Suggestion } from './schema-fixes.ts';
import { schemaProblems } from './schema-problems.ts';
import { manifestSchema } from './schema.ts';
import { isNull, type Tree, valueOf } from './syntax/node.ts';
import { readTree } from './read-tree.ts';
import { unsuppressed } from './suppression.ts';
import { field, list, mapping, oneOf, present, text, texts } from './values.ts';
import type { World } from './world.ts';

export interface ManifestReading {
  /** Absent when there is no name, no version, or nothing to run. */
  readonly manifest?: PackageManifest;
  readonly problems: readonly Problem[];
}

/** Reads package.yaml or worker-package.yaml. With a world, whose folder is the package's, files are checked too. Never throws. */
export function readPackageManifest(source: string, world?: World): ManifestReading {
  const tree = readTree(source);
  const found = [...tree.faults.map(syntaxProblem), ...contentProblems(source, tree, world)];
  const problems = unsuppressed(found, source, source.length).map((one) => keepAliases(one, source));
  problems.sort((a, b) => a.start - b.start || a.end - b.end);
  const manifest = manifestOf(valueOf(tree.root));
  return manifest ? { manifest, problems } : { problems };
}

function contentProblems(source: string, { root, faults }: Tree, world: World | undefined): Problem[] {
  if (root?.kind !== 'map') {
    if (faults.length > 0) return [];
    const empty = !root || isNull(root);
    const message = empty
      ? 'This file is empty: a package needs the keys "name" and "version".'
      : 'A package.yaml is a mapping with the keys "name" and "version".';
    return [problem('HSU002', message, { start: root?.start ?? 0, end: root && !empty ? firstLine(source, root) : 0 })];
  }
  const anchor = { start: root.start, end: root.entries[0]?.key.end ?? root.start + 1 };
  return [
    ...schemaProblems(validateManifest, manifestSchema, {
      text: source,
      node: root,
      value: valueOf(root),
      anchor,
      what: 'a package',
      suggest: (path, key) => suggestForManifest(path, key, world),
    }),
    ...bothSpellings(source, root, pairsOfManifest),
    ...checkTextsOf(source, root, manifestSchema),
    ...manifestRules.flatMap((rule) => rule(root, world)),
  ];
}

function suggestForManifest(path: readonly string[], key: string, world: World | undefined): Suggestion | undefined {
  if (path.length > 0) return undefined;
  if (key === 'version') return { values: ['1.0.0'], sure: false };
  const folder = /([A-Za-z0-9][\w.-]*)[/\\]?$/.exec(world?.folder ?? '')?.[1];
  return key === 'name' && folder !== undefined ? { values: [folder], sure: false } : undefined;
}

function debuggerOf(block: Readonly<Record<string, unknown>> | undefined): DebuggerConfiguration | undefined {
  const type = text(block?.['type']);
  return type === undefined ? undefined : { ...block, type };
}

function firstLine(source: string, { start, end }: { start: number; end: number }): number {
  const newline = source.indexOf('\n', start);
  return newline < 0 ? end : Math.min(end, newline);
}

function manifestOf(value: unknown): PackageManifest | undefined {
  const name = text(field(value, 'name'));
  const version = text(field(value, 'version'));
  if (name === undefined || name === '' || version === undefined || valid(version) === null) return undefined;
  const process = field(value, 'process') ?? field(value, 'executable');
  const module = field(value, 'module');
  const executablePath = text(field(process, 'executable_path')) ?? text(field(process, 'path'));
  const modulePath = text(field(module, 'module_path'));
  const deployments = [
    ...(executablePath === undefined ? [] : (['process'] as const)),
    ...(modulePath === undefined ? [] : (['module'] as const)),
  ];
  const supported = list(field(value, 'supported_types')).flatMap(
    (one) => oneOf(one, ['process', 'module'] as const) ?? [],
  );
  const checksums = mapping(field(value, 'checksums'));
  return present({
    name,
    version,
    description: text(field(value, 'description')),
    // A package that ships one deployment only can be run the other way too, unless it says what it supports.
    supportedTypes: supported.length > 0 ? supported : deployments.length > 0 ? (['process', 'module'] as const) : [],
    process: executablePath === undefined ? undefined : { executablePath, args: texts(field(process, 'args')) ?? [] },
    module:
      modulePath === undefined ? undefined : present({ modulePath, entryPoint: text(field(module, 'entry_point')) }),
    dependencies: list(field(value, 'dependencies')).flatMap((one) => {
      const dependency = text(field(one, 'name'));
      return dependency === undefined ? [] : [present({ name: dependency, version: text(field(one, 'version')) })];
    }),
    healthCheck: readHealthCheck(field(value, 'health_check')),
    debugger: debuggerOf(mapping(field(value, 'debug'))),
    configSchema: mapping(field(value, 'config_schema')),
    checksums: checksums && Object.fromEntries(Object.entries(checksums).map(([file, sum]) => [file, text(sum) ?? ''])),
  });
}
