import { didYouMean } from './did-you-mean.ts';
import type { SchemaFault, Validator } from './generated/validators.cjs';
import { fix, problem, replace } from './make-problem.ts';
import type { Fix, Problem } from './problem.ts';
import { oldSpellings } from './old-spellings.ts';
import { keysOf, type SchemaNode, schemaAt } from './schema.ts';
import { entryOf, isNull, keyText, type Node, textOf, valueOf } from './syntax/node.ts';
import { type Entry } from './syntax/node.ts';
import { typeName } from './type-name.ts';
import { removal } from './edits.ts';
import {
  boundFixes,
  choiceFixes,
  commandFixes,
  listFix,
  meantKeys,
  missingKeyFixes,
  repeatedItemFix,
  type Suggestion,
  unknownKeyFixes,
  valueFixes,
} from './schema-fixes.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Keywords that only say that another keyword, reported beside it, failed. */
const echoes = new Set(['if', 'anyOf', 'oneOf', 'allOf', 'not']);
/** Of these there may be several at one place. */
const aboutKeys = new Set(['required', 'additionalProperties']);
const grammar = new Set(['pattern', 'minLength', 'maxLength']);
/** The types that anybody writes now. */
const current = ['process', 'module'];
/** Formats whose grammar has a rule with a better sentence. */
const ruledElsewhere = new Set(['duration-go', 'size', 'package-reference', 'worker-id', 'semver']);

/** What is validated, and how findings speak of it. */
export interface Subject {
  readonly text: string;
  readonly node: Node;
  /** What `node` stands for. */
  readonly value: unknown;
  /** Marks what is missing in `node` itself. */
  readonly anchor: Range;
  /** "a worker". */
  readonly what: string;
  /** What a key that is missing at a path may be given. */
  readonly suggest?: (path: readonly string[], key: string) => Suggestion | undefined;
}

/** The faults a validator finds, one clear finding each, at the few characters that are wrong. */
export function schemaProblems(validate: Validator, schema: SchemaNode, subject: Subject): Problem[] {
  const { value } = subject;
  if (validate(value)) return [];
  const found: Problem[] = [];
  const seen = new Set<string>();
  for (const fault of validate.errors ?? []) {
    if (echoes.has(fault.keyword)) continue;
    const made = schemaProblem(fault, schema, subject);
    if (!made) continue;
    const told = aboutKeys.has(fault.keyword) ? made.message : '';
    const place = `${made.start}:${made.end}:${made.code}:${told}`;
    if (seen.has(place)) continue;
    seen.add(place);
    found.push(made);
  }
  return found;
}

function schemaProblem(fault: SchemaFault, schema: SchemaNode, subject: Subject): Problem | undefined {
  const { text, node: root, anchor, what } = subject;
  const path = fault.instancePath.split('/').slice(1).map(unescape);
  const place = locate(root, path);
  if (!place) return undefined;
  const { node, entry } = place;
  const key = entry?.key;
  // What came in through a merge key or an alias is marked where it is used.
  const called = path.findLast((step) => !/^\d+$/.test(step)) ?? what;
  const name = entry || path.length === 0 ? `"${called}"` : `An item of "${called}"`;
  const isRequired = schemaAt(schema, path.slice(0, -1))?.required?.includes(called) ?? false;
  const format = grammar.has(fault.keyword) ? schemaAt(schema, path)?.format : undefined;
  if (format !== undefined && ruledElsewhere.has(format)) return undefined;
  switch (fault.keyword) {
    case 'additionalProperties': {
      const unknown = String(fault.params['additionalProperty']);
      const entry = entryOf(node, unknown);
      if (!entry) return undefined;
      // What came in is mended where it is written.
      const at = entry.merged ? entry.value : entry.key;
      const unlessMerged = (fixes: () => readonly Fix[]) => (entry.merged ? [] : fixes());
      const known = keysOf(schemaAt(schema, path, valueOf(root)));
      const absent = known.filter((one) => !entryOf(node, one));
      const newer = oldSpellings[unknown]?.find((one) => known.includes(one));
      if (newer !== undefined) {
        return problem('HSU108', `"${unknown}" is an old spelling that has no effect: it is "${newer}" now.`, at, {
          severity: 'warning',
          fixes: unlessMerged(() =>
            entryOf(node, newer)
              ? removal(text, entry)
              : (commandFixes(text, entry, newer, absent) ?? [
                  fix(`Change to "${newer}"`, [replace(entry.key, newer)], true),
                ]),
          ),
        });
      }
      const close = meantKeys(unknown, absent);
      const hint = close[0] === undefined ? 'it has no effect' : `did you mean "${close[0]}"?`;
      const where = path.length === 0 ? what : `"${path.filter((step) => !/^\d+$/.test(step)).join('.')}"`;
      return problem('HSU101', `${capital(where)} has no key "${unknown}": ${hint}`.replace(/(?<![.?])$/, '.'), at, {
        fixes: unlessMerged(() => unknownKeyFixes(text, entry, absent)),
      });
    }
    case 'required': {
      const missing = String(fault.params['missingProperty']);
      const at = key ?? (path.length === 0 ? anchor : { start: node.start, end: Math.min(node.end, node.start + 1) });
      const below = schemaAt(schema, [...path, missing]);
      const suggested = subject.suggest?.(path, missing) ?? { values: [], sure: false };
      return problem('HSU102', `${path.length === 0 ? capital(what) : name} needs the key "${missing}".`, at, {
        fixes: node.kind === 'map' ? missingKeyFixes(text, node, missing, below, suggested) : [],
      });
    }
    case 'type': {
      const wanted = [fault.params['type']].flat().map(String);
      if (isNull(node) && !wanted.includes('null')) {
        const at = key ?? node;
        // An empty value counts as not written, except where something has to stand.
        return isBlockOrText(wanted)
          ? undefined
          : problem('HSU103', `${name} has no value: expected ${kinds(wanted)}.`, at, {
              fixes: entry && !isRequired ? removal(text, entry) : [],
            });
      }
      if (node.kind === 'scalar' && wanted.includes('string')) return undefined;
      if (node.kind === 'scalar' && wanted.includes('integer') && typeof node.value === 'number') return undefined;
      if (wanted.includes('boolean') && /^(?:yes|no|on|off|y|n)$/i.test(textOf(node) ?? '')) return undefined;
      return wrongType(name, wanted, node, key);
    }
    case 'enum': {
      const allowed = values(fault);
      // Nobody writes the older names anew.
      const isType = called === 'type' && allowed.includes('module') && allowed.includes('managed');
      if (isNull(node)) {
        const expected = isType ? current : allowed;
        return problem('HSU104', `${name} has no value: expected ${oneOf(expected)}.`, key ?? node, {
          fixes: [
            ...(entry && !entry.merged ? valueFixes(text, entry, expected) : []),
            ...(entry && !isRequired ? removal(text, entry) : []),
          ],
        });
      }
      const written = textOf(node);
      if (written === undefined)
        return problem('HSU103', `${name} must be ${oneOf(allowed)}, not ${kindOf(node)}.`, key ?? node);
      const choices = isType
        ? '"process" or "module" (older files also have managed, unmanaged and integrated)'
        : oneOf(allowed);
      return problem('HSU104', `${name} must be ${choices}, not "${short(written)}".`, node, {
        fixes: choiceFixes(node, written, isType && didYouMean(written, allowed).length === 0 ? current : allowed),
      });
    }
    case 'pattern':
      return problem(
        'HSU105',
        `${name} cannot be "${short(textOf(node) ?? '')}": it must match ${String(fault.params['pattern'])}.`,
        node,
      );
    case 'minimum':
    case 'exclusiveMinimum':
    case 'maximum':
    case 'exclusiveMaximum': {
      const comparison = String(fault.params['comparison'])
        .replace('>=', 'at least')
        .replace('<=', 'at most')
        .replace('>', 'more than')
        .replace('<', 'less than');
      return problem(
        'HSU105',
        `${name} must be ${comparison} ${String(fault.params['limit'])}, not ${textOf(node) ?? ''}.`,
        node,
        {
          fixes: boundFixes(
            node,
            fault.keyword,
            Number(fault.params['limit']),
            schemaAt(schema, path)?.type === 'integer',
          ),
        },
      );
    }
    case 'minLength':
      return problem('HSU105', `${name} must not be empty.`, node.end > node.start ? node : (key ?? node), {
        fixes: entry ? removal(text, entry) : [],
      });
    case 'maxLength':
      return problem('HSU105', `${name} is longer than ${String(fault.params['limit'])} characters.`, node);
    case 'minItems':
      return problem('HSU105', `${name} must have at least one item.`, key ?? node, {
        fixes: entry ? removal(text, entry) : [],
      });
    case 'uniqueItems': {
      if (node.kind !== 'sequence') return undefined;
      const index = Math.max(Number(fault.params['i']), Number(fault.params['j']));
      const again = node.items[index];
      return problem('HSU105', `${name} has "${textOf(again) ?? 'an item'}" twice.`, again ?? node, {
        fixes: [repeatedItemFix(text, node, index)],
      });
    }
    default:
      return problem('HSU105', `${name} is not as expected (${fault.keyword}).`, key ?? node);
  }
}

function wrongType(name: string, wanted: readonly string[], node: Node, key: Range | undefined): Problem {
  const message = `${name} must be ${kinds(wanted)}, not ${kindOf(node)}.`;
  const written = textOf(node);
  if (wanted.includes('array') && written !== undefined) {
    return problem('HSU103', message, node, { fixes: [listFix(node, name, written)] });
  }
  const isNumber = wanted.includes('integer') || wanted.includes('number');
  const percent = isNumber ? /^(\d+(?:\.\d+)?) ?%$/.exec(written ?? '')?.[1] : undefined;
  if (percent !== undefined) {
    return problem('HSU103', message, node, { fixes: [fix(`Change to ${percent}`, [replace(node, percent)], true)] });
  }
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.source === undefined) {
    const meant = node.value.trim();
    const number = isNumber && /^-?\d+(?:\.\d+)?$/.test(meant);
    const flag = wanted.includes('boolean') && /^(?:true|false)$/.test(meant);
    if (number || flag)
      return problem('HSU103', message, node, { fixes: [fix('Remove the quotes', [replace(node, meant)], true)] });
  }
  const meant = wanted.includes('boolean') ? { 1: 'true', 0: 'false' }[written ?? ''] : undefined;
  return problem('HSU103', message, node.kind === 'scalar' ? node : (key ?? node), {
    fixes: meant === undefined ? [] : [fix(`Change to ${meant}`, [replace(node, meant)], true)],
  });
}

/** The node an ajv path leads to, with the key that holds it. */
function locate(root: Node, path: readonly string[]): { readonly node: Node; readonly entry?: Entry } | undefined {
  let node = root;
  let last: Entry | undefined;
  for (const step of path) {
    if (node.kind === 'sequence') {
      const item = node.items[Number(step)];
      if (!item) return undefined;
      node = item;
      last = undefined;
    } else {
      const entry =
        node.kind === 'map' ? (entryOf(node, step) ?? node.entries.find((one) => keyText(one) === step)) : undefined;
      if (!entry) return undefined;
      node = entry.value;
      last = entry;
    }
  }
  return last ? { node, entry: last } : { node };
}

function unescape(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}

function values(fault: SchemaFault): string[] {
  const allowed = fault.params['allowedValues'];
  return Array.isArray(allowed) ? allowed.map(String) : [];
}

function oneOf(choices: readonly string[]): string {
  const quoted = choices.map((one) => `"${one}"`);
  const last = quoted.pop() ?? '';
  return quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`;
}

function kinds(wanted: readonly string[]): string {
  return wanted.map(typeName).join(' or ');
}

function isBlockOrText(wanted: readonly string[]): boolean {
  return wanted.some(
    (one) => one === 'object' || one === 'array' || one === 'boolean' || one === 'integer' || one === 'number',
  );
}

function kindOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a mapping' : 'a list';
  if (node.value === null) return 'empty';
  if (typeof node.value === 'string') return `the text "${short(node.value)}"`;
  return typeof node.value === 'number'
    ? `the number ${node.source ?? node.value}`
    : (node.source ?? String(node.value));
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
