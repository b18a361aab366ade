import assert from 'node:assert/strict';
import { readPackageManifest } from '../master/config/read-package-manifest.ts';
import { readWorkersFile } from '../master/config/read-workers-file.ts';
import {
  isIdle,
  keysOf,
  manifestSchema,
  schemaAt,
  type SchemaNode,
  workersFileSchema,
} from '../master/config/schema.ts';
import { memoryWorld } from './support/memory-world.ts';

type Mapping = Readonly<Record<string, unknown>>;

const world = memoryWorld({
  '/work/bin/tools': { executable: true },
  '/work/bin/other': { executable: true },
  '/work/lib/tools.mjs': { exports: ['a', 'b'] },
  '/work/lib/other.mjs': { exports: ['a', 'b'] },
  '/work/a/x': {},
  '/work/b/x': {},
});

const execution = { executable_path: 'bin/tools' };
const discovery = { method: 'port', port: 1 };

/** Workers of every kind, each with what it cannot do without. */
const plain: readonly Mapping[] = [
  { id: 'a', type: 'process', execution },
  { id: 'a', type: 'module', module: { module_path: 'lib/tools.mjs', entry_point: 'a' } },
  { id: 'a', type: 'module', module: {} },
  { id: 'a', type: 'module', module_name: 'lib/tools.mjs' },
  { id: 'a', type: 'process' },
  { id: 'a', type: 'process', discovery },
];

/** Those of the older form, by the name of their unit. */
const ofUnit: Readonly<Record<string, Mapping>> = {
  ...Object.fromEntries(
    ['managed', 'standard_managed', 'integrated', 'integrated_managed'].map((type) => [
      type,
      { control: { execution } },
    ]),
  ),
  unmanaged: { discovery },
};

const file = { type: 'file', path: 'a' };

/** What a key needs beside it to mean anything, by the end of its path; with `*`, by the end of that of its block. */
const company: readonly (readonly [end: string, beside: Mapping])[] = [
  ['endpoints.0.*', { address: 'http://127.0.0.1:1' }],
  ['tcp.*', { port: 1 }],
  ['exec.*', { command: 'tools' }],
  ['dependencies.0.*', { name: 'b' }],
  ['debug.*', { type: 'go' }],
  ['grpc', { type: 'grpc' }],
  ['tcp', { type: 'tcp' }],
  ['exec', { type: 'exec' }],
  ['context_aware_restart', { limits: { memory: { max_rss: 1 } } }],
  ['targets.0.*', file],
  ['stdout.0.*', file],
  ['stderr.0.*', file],
  ['forwarding.0.*', file],
  ['log_collection.system', { default_worker: { outputs: { forwarding: [file] } } }],
];

/** Keys that lead to one key of each block that has another name. */
const throughout = new Set([
  ...['managed', 'unmanaged', 'integrated', 'standard_managed', 'integrated_managed'],
  ...['control', 'execution', 'executable_path', 'discovery', 'method'],
]);

describe('each key of workers.yaml', () => {
  for (const path of pathsOf(workersFileSchema, workersFileSchema)) {
    it(`${path.join('.')} changes what a file means`, () => {
      const schema = schemaAt(workersFileSchema, path);
      assert.ok(schema);
      assert.ok(
        basesOf(path).some((base) => distinguishes((value) => meaningOf(put(base, path, value)), schema)),
        'no value of it makes a difference: read it, or mark it as deprecated and say why',
      );
    });
  }
});

describe('each key of package.yaml', () => {
  const packages: readonly Mapping[] = [
    { name: 'a', version: '1.0.0', module: { module_path: 'lib/tools.mjs' } },
    { name: 'a', version: '1.0.0', executable: { path: 'bin/tools' } },
    { name: 'a', version: '1.0.0', process: { executable_path: 'bin/tools' } },
  ];
  for (const path of pathsOf(manifestSchema, manifestSchema)) {
    // Says of itself that it is for people and their own tools.
    if (path[0] === 'metadata') continue;
    it(`${path.join('.')} changes what a package is`, () => {
      const schema = schemaAt(manifestSchema, path);
      assert.ok(schema);
      const meaning = (file: unknown) => JSON.stringify(readPackageManifest(JSON.stringify(file)).manifest);
      assert.ok(
        packages.some((one) => distinguishes((value) => meaning(put(one, path, value)), schema)),
        'no value of it makes a difference: read it, or mark it as deprecated and say why',
      );
    });
  }
});

/** The files that a key may make a difference in. */
function basesOf([top = '', , block = '', type = '']: readonly string[]): readonly Mapping[] {
  if (top !== 'workers' && top !== 'managed_processes')
    return [{ workers: [plain[0]], log_collection: { global_aggregation: { targets: [file] } } }];
  const isUnit = block === 'unit' || block === 'management';
  return (isUnit ? [{ id: 'a', type, [block]: { [type]: ofUnit[type] } }] : plain).map((worker) => ({
    [top]: [worker],
  }));
}

/** What the master is told of a file. */
function meaningOf(file: unknown): string {
  const { workers: read, settings } = readWorkersFile(JSON.stringify(file), world);
  return JSON.stringify([read.map(({ id, resolved }) => ({ id, resolved })), settings]);
}

/** Some value means something else than none, or than another one. */
function distinguishes(meaning: (value: unknown) => string, schema: SchemaNode): boolean {
  const without = meaning(undefined);
  return valuesOf(schema).some((value) => meaning(value) !== without);
}

function valuesOf({ type, format, enum: choices, items }: SchemaNode): readonly unknown[] {
  if (choices) return choices;
  const types = [type ?? []].flat();
  if (format === 'duration-go') return ['7s'];
  if (format === 'size') return ['8MB'];
  if (types.includes('boolean')) return [true, false];
  if (types.includes('integer') || types.includes('number')) return [7];
  if (types.includes('string'))
    return ['bin/other', 'lib/other.mjs', '/work/a', '*/5 * * * *', 'tools:1', 'json', '2.0.0'];
  if (types.includes('array')) return [valuesOf(items ?? { type: 'string' }).slice(0, 1), ['a=b']];
  return [{ a: 'b' }, { a: 7 }];
}

/** A copy of a value with another value at a path, and with what must stand beside it; a list has one item. */
function put(base: unknown, [step, ...rest]: readonly string[], value: unknown, done: readonly string[] = []): unknown {
  if (step === undefined) return value;
  const here = [...done, step];
  if (step === '0') return [put(Array.isArray(base) ? base[0] : undefined, rest, value, here)];
  const ends = [here.join('.'), `${done.join('.')}.*`];
  const beside = company.find(([end]) => ends.some((one) => one === end || one.endsWith(`.${end}`)))?.[1];
  const own: Mapping = typeof base === 'object' && base !== null ? { ...base } : {};
  return { ...beside, ...own, [step]: put(own[step], rest, value, here) };
}

/** The paths of all keys that have no keys below them, but of those of which the schema says that they have no effect. */
function* pathsOf(root: SchemaNode, schema: SchemaNode, path: readonly string[] = []): Generator<readonly string[]> {
  for (const key of keysOf(schema)) {
    const own = schemaAt(root, [...path, key], {});
    if (!own || isIdle(own) || isAnotherName(path, key)) continue;
    const item = own.items && schemaAt(root, [...path, key, '0'], {});
    if (keysOf(own).length > 0) yield* pathsOf(root, own, [...path, key]);
    else if (item && keysOf(item).length > 0) yield* pathsOf(root, item, [...path, key, '0']);
    else yield [...path, key];
  }
}

/** Of the names that mean a block which has another name too, one way to each key is enough. */
function isAnotherName(path: readonly string[], key: string): boolean {
  const [top, , block] = path;
  if (top === 'managed_processes') return path.length === 2 && key !== 'id' && key !== 'type';
  if (block === 'management' || path.at(-1) === 'standard_managed' || path.at(-1) === 'integrated_managed') {
    return !throughout.has(key);
  }
  return false;
}
