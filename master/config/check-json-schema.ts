import { didYouMean } from './did-you-mean.ts';
import { fix, replace } from './make-problem.ts';
import type { Fix } from './problem.ts';
import { boundFixes, choiceFixes } from './schema-fixes.ts';
import { type Entry, entryOf, isNull, keyText, type Node, textOf, valueOf } from './syntax/node.ts';
import { field, list, mapping, number, text } from './values.ts';
import { typeName } from './type-name.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

export interface SchemaFinding extends Range {
  readonly message: string;
  readonly fixes?: readonly Fix[];
}

/**
 * Checks a value against a JSON Schema that a package ships: the keywords people write for settings. Other keywords
 * are not looked at. `key` marks what is missing in the value.
 */
export function checkJsonSchema(schema: unknown, node: Node, key: Range): SchemaFinding[] {
  return check({ root: schema, depth: 0 }, schema, node, key, 'config');
}

interface Context {
  readonly root: unknown;
  readonly depth: number;
}

function check(context: Context, schema: unknown, node: Node, key: Range, name: string): SchemaFinding[] {
  if (schema === false) return [{ ...key, message: `"${name}" must not be written.` }];
  if (!mapping(schema) || context.depth > 64) return [];
  const deeper = { ...context, depth: context.depth + 1 };
  const reference = text(field(schema, '$ref'));
  if (reference !== undefined) return check(deeper, follow(context.root, reference), node, key, name);
  const types = [field(schema, 'type')].flat().flatMap((one) => text(one) ?? []);
  const at = node.kind === 'scalar' && node.end > node.start ? node : key;
  if (types.length > 0 && !types.some((type) => hasType(node, type))) {
    return [
      {
        start: at.start,
        end: at.end,
        message: `"${name}" must be ${types.map(typeName).join(' or ')}, not ${written(node)}.`,
        fixes: unquoting(node, types),
      },
    ];
  }
  return [
    ...checkChoices(schema, node, at, name),
    ...checkNumber(schema, node, name),
    ...checkText(schema, node, name),
    ...(node.kind === 'map' ? checkMapping(deeper, schema, node, key, name) : []),
    ...(node.kind === 'sequence' ? checkList(deeper, schema, node.items, at, name) : []),
    ...checkCombinations(deeper, schema, node, key, name),
  ];
}

/** "8080" is meant as 8080 where a number has to stand, "true" as true. */
function unquoting(node: Node, types: readonly string[]): Fix[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.source !== undefined) return [];
  const meant = node.value.trim();
  const number = types.some((type) => type === 'integer' || type === 'number') && /^-?\d+(?:\.\d+)?$/.test(meant);
  const flag = types.includes('boolean') && /^(?:true|false)$/.test(meant);
  return number || flag ? [fix('Remove the quotes', [replace(node, meant)], true)] : [];
}

function checkChoices(schema: unknown, node: Node, at: Range, name: string): SchemaFinding[] {
  const constant = field(schema, 'const');
  const choices = constant === undefined ? field(schema, 'enum') : [constant];
  if (!Array.isArray(choices)) return [];
  const value = JSON.stringify(valueOf(node));
  if (choices.some((choice) => JSON.stringify(choice) === value)) return [];
  const shown = choices.map((choice) => JSON.stringify(choice)).join(', ');
  const message = `"${name}" must be one of ${shown}, not ${written(node)}.`;
  const texts = choices.filter((choice) => typeof choice === 'string');
  return [{ start: at.start, end: at.end, message, fixes: choiceFixes(node, textOf(node) ?? '', texts) }];
}

function checkNumber(schema: unknown, node: Node, name: string): SchemaFinding[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'number') return [];
  const { value } = node;
  const limits: readonly (readonly [string, (limit: number) => boolean, string])[] = [
    ['minimum', (limit) => value >= limit, 'at least'],
    ['maximum', (limit) => value <= limit, 'at most'],
    ['exclusiveMinimum', (limit) => value > limit, 'more than'],
    ['exclusiveMaximum', (limit) => value < limit, 'less than'],
    ['multipleOf', (limit) => Number.isInteger(value / limit), 'a multiple of'],
  ];
  return limits.flatMap(([keyword, holds, words]) => {
    const limit = number(field(schema, keyword));
    if (limit === undefined || holds(limit)) return [];
    const message = `"${name}" must be ${words} ${limit}, not ${value}.`;
    const fixes = keyword === 'multipleOf' ? [] : boundFixes(node, keyword, limit, Number.isInteger(value));
    return [{ start: node.start, end: node.end, message, fixes }];
  });
}

function checkText(schema: unknown, node: Node, name: string): SchemaFinding[] {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  const { value, start, end } = node;
  const least = number(field(schema, 'minLength')) ?? 0;
  const most = number(field(schema, 'maxLength')) ?? Infinity;
  if (value.length < least) return [{ start, end, message: `"${name}" must have at least ${least} characters.` }];
  if (value.length > most) return [{ start, end, message: `"${name}" must have at most ${most} characters.` }];
  const pattern = text(field(schema, 'pattern'));
  const expression = pattern === undefined ? undefined : compile(pattern);
  return !expression || expression.test(value)
    ? []
    : [{ start, end, message: `"${name}" must match ${pattern ?? ''}.` }];
}

function checkMapping(
  context: Context,
  schema: unknown,
  node: Node & { kind: 'map' },
  key: Range,
  name: string,
): SchemaFinding[] {
  const found: SchemaFinding[] = [];
  for (const required of list(field(schema, 'required'))) {
    const wanted = text(required) ?? '';
    if (!entryOf(node, wanted)) found.push({ ...only(key), message: `"${name}" needs the key "${wanted}".` });
  }
  const properties = mapping(field(schema, 'properties')) ?? {};
  const patterns = Object.entries(mapping(field(schema, 'patternProperties')) ?? {});
  const others = field(schema, 'additionalProperties');
  for (const entry of node.entries) {
    const own = keyText(entry);
    const matching = patterns.filter(([pattern]) => compile(pattern)?.test(own)).map(([, one]) => one);
    if (Object.hasOwn(properties, own)) matching.push(properties[own]);
    if (matching.length === 0 && others !== undefined && others !== true) {
      if (others === false) found.push(unknownKey(entry, name, Object.keys(properties)));
      else matching.push(others);
    }
    for (const one of matching) found.push(...check(context, one, entry.value, entry.key, own));
  }
  return found;
}

function unknownKey({ key }: Entry, name: string, known: readonly string[]): SchemaFinding {
  const hint = known.length === 0 ? '' : ` (it has ${known.join(', ')})`;
  const fixes = didYouMean(String(key.value), known).map((one, index) =>
    fix(`Change to "${one}"`, [replace(key, one)], index === 0),
  );
  return { ...only(key), message: `"${name}" has no key "${String(key.value)}"${hint}.`, fixes };
}

function checkList(
  context: Context,
  schema: unknown,
  items: readonly Node[],
  at: Range,
  name: string,
): SchemaFinding[] {
  const least = number(field(schema, 'minItems')) ?? 0;
  const most = number(field(schema, 'maxItems')) ?? Infinity;
  const found: SchemaFinding[] = [];
  if (items.length < least) found.push({ ...only(at), message: `"${name}" must have at least ${least} items.` });
  if (items.length > most) found.push({ ...only(at), message: `"${name}" must have at most ${most} items.` });
  const each = field(schema, 'items');
  if (each !== undefined && !Array.isArray(each)) {
    for (const item of items) found.push(...check(context, each, item, item, name));
  }
  return found;
}

function checkCombinations(context: Context, schema: unknown, node: Node, key: Range, name: string): SchemaFinding[] {
  const passes = (one: unknown) => check(context, one, node, key, name).length === 0;
  const found = list(field(schema, 'allOf')).flatMap((one) => check(context, one, node, key, name));
  for (const keyword of ['anyOf', 'oneOf']) {
    const branches = list(field(schema, keyword));
    if (branches.length === 0) continue;
    const passing = branches.filter(passes).length;
    if (passing === 1 || (passing > 1 && keyword === 'anyOf')) continue;
    // With one branch of the right kind its own findings say more than "none fits".
    const fitting = branches.filter((one) =>
      [field(one, 'type')].flat().some((type) => hasType(node, text(type) ?? '')),
    );
    const [only] = fitting;
    if (passing === 0 && fitting.length === 1) found.push(...check(context, only, node, key, name));
    else found.push({ start: key.start, end: key.end, message: `"${name}" has none of the forms the package allows.` });
  }
  const not = field(schema, 'not');
  if (not !== undefined && passes(not))
    found.push({ ...only(key), message: `"${name}" has a form the package forbids.` });
  const condition = field(schema, 'if');
  if (condition !== undefined) {
    const branch = field(schema, passes(condition) ? 'then' : 'else');
    if (branch !== undefined) found.push(...check(context, branch, node, key, name));
  }
  return found;
}

function only({ start, end }: Range): Range {
  return { start, end };
}

function follow(root: unknown, reference: string): unknown {
  if (!reference.startsWith('#')) return true;
  return reference
    .slice(1)
    .split('/')
    .filter((step) => step !== '')
    .reduce((at: unknown, step) => field(at, step.replaceAll('~1', '/').replaceAll('~0', '~')), root);
}

/** A package's pattern may be wrong itself; then it says nothing about the value. */
function compile(pattern: string): RegExp | undefined {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return undefined;
  }
}

function hasType(node: Node, type: string): boolean {
  if (node.kind === 'map') return type === 'object';
  if (node.kind === 'sequence') return type === 'array';
  if (node.value === null) return type === 'null';
  if (typeof node.value === 'number') return type === 'number' || (type === 'integer' && Number.isInteger(node.value));
  return typeof node.value === type;
}

function written(node: Node): string {
  if (isNull(node)) return 'empty';
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a mapping' : 'a list';
  return typeof node.value === 'string' ? `the text "${node.value.slice(0, 60)}"` : (textOf(node) ?? '');
}
