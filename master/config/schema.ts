import packageSchema from '../../schemas/package.schema.json';
import workersSchema from '../../schemas/workers.schema.json';

/** What features and findings read from a JSON Schema. */
export interface SchemaNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly enumDescriptions?: readonly string[];
  /** Those of `enum` that only older files write. */
  readonly 'x-older'?: readonly unknown[];
  readonly format?: string;
  /** Only older files write it: it has no effect, or is another spelling of a key. */
  readonly deprecated?: boolean;
  /** The key that it means just as well. */
  readonly 'x-spelling-of'?: string;
  /** What a number counts: "percent". */
  readonly 'x-unit'?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly then?: SchemaNode;
  readonly else?: SchemaNode;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

export const workersFileSchema: SchemaNode = workersSchema;
export const manifestSchema: SchemaNode = packageSchema;
/** One item of `workers:`. */
export const workerSchema: SchemaNode = resolveRef({ $ref: '#/definitions/worker' }, workersFileSchema);

/** Every key of the format, wherever it stands. */
export const keyNames: ReadonlyMap<string, string> = new Map(
  [workersFileSchema, manifestSchema].flatMap(keysWithin).map((key) => [key, key]),
);

function keysWithin(schema: SchemaNode): string[] {
  const { properties = {}, patternProperties = {}, definitions = {}, items, then, additionalProperties } = schema;
  const below = [properties, patternProperties, definitions].flatMap((some) => Object.values(some));
  const more = [items, then, schema.else, additionalProperties].filter((one) => typeof one === 'object');
  return [...Object.keys(properties), ...[...below, ...more].flatMap(keysWithin)];
}

/** Whether a key is accepted and has no effect. */
export function isIdle(schema: SchemaNode): boolean {
  return schema.deprecated === true && schema['x-spelling-of'] === undefined;
}

/** The keys a mapping of this schema may have. */
export function keysOf(schema: SchemaNode | undefined): string[] {
  return Object.keys(schema?.properties ?? {});
}

/** The schema below a path; `value` decides where a schema has one form for mappings and one for the rest. */
export function schemaAt(
  schema: SchemaNode,
  path: readonly (string | number)[],
  value?: unknown,
): SchemaNode | undefined {
  let current: SchemaNode | undefined = settle(schema, value);
  let below = value;
  for (const step of path) {
    if (!current) return undefined;
    below = typeof below === 'object' && below !== null ? Reflect.get(below, step) : undefined;
    current = child(current, step);
    if (current) current = settle(current, below);
  }
  return current;
}

/** The schema of one key of a settled mapping; `block` says whether its value is a mapping or a list. */
export function schemaBelow(schema: SchemaNode, key: string, block: boolean): SchemaNode | undefined {
  const below = child(schema, key);
  return below && settle(below, block ? {} : '');
}

function child(schema: SchemaNode, step: string | number): SchemaNode | undefined {
  if (schema.items && (typeof step === 'number' || /^\d+$/.test(step))) return schema.items;
  const key = String(step);
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  for (const [pattern, one] of Object.entries(schema.patternProperties ?? {}))
    if (new RegExp(pattern).test(key)) return one;
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

/** Schemas never change, so each is settled once for mappings and lists, and once for the rest. */
const settled = { block: new WeakMap<SchemaNode, SchemaNode>(), scalar: new WeakMap<SchemaNode, SchemaNode>() };

function settle(schema: SchemaNode, value: unknown): SchemaNode {
  const known = settled[typeof value === 'object' && value !== null ? 'block' : 'scalar'];
  let found = known.get(schema);
  if (!found) known.set(schema, (found = settleAnew(schema, value)));
  return found;
}

/** Follows references, keeping what is written beside them, and picks the branch that fits. */
function settleAnew(schema: SchemaNode, value: unknown): SchemaNode {
  const root = isWithin(schema) ? workersFileSchema : manifestSchema;
  let current = schema.$ref === undefined ? schema : resolveRef(schema, root);
  if (current.then || current.else) {
    const branch = typeof value === 'object' && value !== null ? current.then : (current.else ?? current.then);
    if (branch) current = { ...settle(branch, value), ...withoutBranches(current) };
  }
  return current;
}

/** Both schemas share the definitions they have in common, so the larger one resolves every reference. */
function isWithin(schema: SchemaNode): boolean {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined || Object.hasOwn(workersFileSchema.definitions ?? {}, name);
}

function resolveRef(schema: SchemaNode, root: SchemaNode): SchemaNode {
  const name = schema.$ref?.split('/').at(-1) ?? '';
  const target = root.definitions?.[name];
  const { $ref: _, ...beside } = schema;
  const resolved = target?.$ref === undefined ? target : resolveRef(target, root);
  return { ...resolved, ...beside };
}

function withoutBranches({ then: _then, else: _else, ...rest }: SchemaNode): SchemaNode {
  return rest;
}
