import { guessDuration, parseDuration } from '../duration.ts';
import { removal } from '../edits.ts';
import type { Item } from '../item.ts';
import { fix, problem, replace } from '../make-problem.ts';
import type { Problem } from '../problem.ts';
import { schemaAt, schemaBelow, type SchemaNode, workerSchema } from '../schema.ts';
import { guessSize, parseSize } from '../size.ts';
import { type Entry, keyText, type Node, textOf } from '../syntax/node.ts';

/** Durations, sizes and regular expressions, wherever the schema says that one stands. */
export function checkTexts(item: Item): readonly Problem[] {
  return checkTextsOf(item.text, item.node, workerSchema);
}

export function checkTextsOf(text: string, root: Node, schema: SchemaNode): readonly Problem[] {
  const found: Problem[] = [];
  visit(text, root, schemaAt(schema, [], {}) ?? schema, found);
  return found;
}

function visit(text: string, node: Node, schema: SchemaNode, found: Problem[]): void {
  if (node.kind === 'map') {
    for (const entry of node.entries) {
      const { key, value } = entry;
      const name = keyText({ key, value });
      const below = schemaBelow(schema, name, value.kind !== 'scalar');
      if (!below) continue;
      if (below.deprecated) found.push(withoutEffect(text, entry, below));
      if (value.kind === 'scalar') checkText(value, name, below, found);
      else visit(text, value, below, found);
    }
  } else if (node.kind === 'sequence') {
    const below = schemaAt(schema, [0]);
    if (!below) return;
    for (const one of node.items) {
      if (one.kind === 'scalar') checkText(one, undefined, below, found);
      else visit(text, one, below, found);
    }
  }
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
