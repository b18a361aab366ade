import { guessDuration, parseDuration } from '../duration.ts';
import { removal } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { isIdle, schemaAt, schemaBelow, type SchemaNode, workerSchema } from '../schema.ts';
import { guessSize, parseSize } from '../size.ts';
import { type Entry, keyText, type Node, textOf } from '../syntax/node.ts';

/** Durations, sizes and regular expressions, wherever the schema says that one stands. */
export function checkTexts(item: Item): readonly Problem[] {
  return checkTextsOf(item.text, item.node, workerSchema);
}

export function checkTextsOf(text: string, root: Node, schema: SchemaNode): readonly Problem[] {
  const found: Problem[] = [];
  visit(text, root, placeOf(schemaAt(schema, [], {}) ?? schema), found);
  return found;
}

function visit(text: string, node: Node, place: Place, found: Problem[]): void {
  if (node.kind === 'map') {
    for (const entry of node.entries) {
      const { key, value } = entry;
      const name = typeof key.value === 'string' ? key.value : keyText(entry);
      const below = place.below(name, value.kind !== 'scalar');
      if (!below) continue;
      if (isIdle(below.schema)) found.push(withoutEffect(text, entry, below.schema));
      if (value.kind === 'scalar') checkText(value, name, below.schema, found);
      else if (!below.isSilent) visit(text, value, below, found);
    }
  } else if (node.kind === 'sequence') {
    const below = place.items;
    if (!below) return;
    for (const one of node.items) {
      if (one.kind === 'scalar') checkText(one, undefined, below.schema, found);
      else visit(text, one, below, found);
    }
  }
}

/** A place in a schema with what is below it, which is found once for all workers of a file. */
class Place {
  readonly schema: SchemaNode;
  /** Nothing below it has a grammar. */
  readonly isSilent: boolean;
  readonly #blocks = new Map<string, Place | undefined>();
  readonly #scalars = new Map<string, Place | undefined>();
  #items: Place | undefined;

  constructor(schema: SchemaNode) {
    this.schema = schema;
    this.isSilent = isSilent(schema);
  }

  below(key: string, block: boolean): Place | undefined {
    const known = block ? this.#blocks : this.#scalars;
    const place = known.get(key);
    if (place || known.has(key)) return place;
    const found = schemaBelow(this.schema, key, block);
    const made = found && placeOf(found);
    // Free keys, such as names of variables, are as many as there are workers.
    if (this.schema.properties && Object.hasOwn(this.schema.properties, key)) known.set(key, made);
    return made;
  }

  get items(): Place | undefined {
    const schema = this.#items ? undefined : schemaAt(this.schema, [0]);
    return (this.#items ??= schema && placeOf(schema));
  }
}

const places = new WeakMap<SchemaNode, Place>();

function placeOf(schema: SchemaNode): Place {
  let place = places.get(schema);
  if (!place) places.set(schema, (place = new Place(schema)));
  return place;
}

/** Whether every value in a list or below the free keys of a mapping may be any text. */
function isSilent({ properties, patternProperties, items, additionalProperties }: SchemaNode): boolean {
  if (properties ?? patternProperties) return false;
  const below = typeof additionalProperties === 'object' ? [items, additionalProperties] : [items];
  return below.every((one) => !one || (!one.format && !one.deprecated && !one.$ref && isLeaf(one)));
}

function isLeaf({ properties, patternProperties, items, additionalProperties, then, else: other }: SchemaNode) {
  return !(properties ?? patternProperties ?? items ?? then ?? other) && typeof additionalProperties !== 'object';
}

function withoutEffect(text: string, entry: Entry, schema: SchemaNode): Problem {
  const message = `"${keyText(entry)}" has no effect. ${schema.description ?? ''}`.trim();
  return problem('HSU107', message, entry.key, { fixes: removal(text, entry) });
}

function checkText(node: Node, key: string | undefined, schema: SchemaNode, found: Problem[]): void {
  const text = textOf(node);
  if (text === undefined || schema.format === undefined || text.includes('${env:')) return;
  const name = key === undefined ? text : `${key}: ${text}`;
  if (schema.format === 'duration-go' && parseDuration(text) === undefined) {
    const meant = guessDuration(text);
    const why = /^\d+(\.\d+)?$/.test(text)
      ? 'it has no unit'
      : /^\d+(?:\.\d+)?\s*d/.test(text)
        ? 'there is no unit for days'
        : 'it is not a number with a unit';
    const fixes = meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, meant)], true)];
    found.push(
      problem(
        'HSU501',
        `"${name}" is no duration: ${why}. Write a number with ms, s, m or h, such as ${meant ?? '30s'}.`,
        node,
        { fixes },
      ),
    );
  } else if (schema.format === 'size' && parseSize(text) === undefined) {
    const meant = guessSize(text);
    const message = `"${name}" is no size: write bytes, or a number with kB, MB, GB, KiB, MiB or GiB, such as ${meant ?? '256MB'}.`;
    const fixes = meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, meant)], true)];
    found.push(problem('HSU502', message, node, { fixes }));
  } else if (schema.format === 'regex') {
    const fault = regexFault(text);
    if (fault === undefined) return;
    const literal = text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    const fixes = [fix('Look for this text as it is', [replace(node, `'${literal.replaceAll("'", "''")}'`)], true)];
    found.push(problem('HSU508', `"${name}" is no regular expression: ${fault}.`, node, { fixes }));
  }
}

function regexFault(text: string): string | undefined {
  try {
    new RegExp(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
  }
}
