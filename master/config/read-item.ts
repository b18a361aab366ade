import { AskingWorld } from './asking-world.ts';
import type { ResolvedWorker } from './deployment.ts';
import { removeItem } from './edits.ts';
import { expandVariables, mentionsVariables } from './expand-variables.ts';
import { validateWorker } from './generated/validators.cjs';
import type { Item } from './item.ts';
import { fix, problem, replace } from './make-problem.ts';
import type { Problem, TextEdit } from './problem.ts';
import { readPlacement, withPolicies } from './read-worker-config.ts';
import { resolveDeployment } from './resolve-deployment.ts';
import { withoutEchoes } from './rules/old-spellings.ts';
import { itemRules } from './rules/item-rules.ts';
import { schemaProblems } from './schema-problems.ts';
import { workerSchema } from './schema.ts';
import { suggestForWorker } from './suggest-for-worker.ts';
import {
  isNull,
  type MapNode,
  type Node,
  nodeAt,
  type SyntaxFault,
  textOf,
  type Tree,
  valueOf,
} from './syntax/node.ts';
import type { PlacementConfig } from './worker-config.ts';
import type { World } from './world.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A word of the file that another worker may have too or refer to. */
export interface Mention<T> extends Range {
  readonly value: T;
}

/** A worker that another one waits for. */
export interface Dependency extends Mention<string> {
  /** What takes it out of the list. */
  readonly removal: TextEdit;
}

/** What is kept of one item: every reading has every key, which makes them small. Offsets are relative to its text. */
export interface ItemReading {
  readonly problems: readonly Problem[];
  readonly id: Mention<string> | undefined;
  readonly type: 'process' | 'module' | undefined;
  /** How many workers it stands for, where it says so. */
  readonly replicas: number | undefined;
  readonly enabled: boolean;
  /** Where a finding about the worker as a whole is marked. */
  readonly anchor: Range;
  readonly packageName: string | undefined;
  readonly dependsOn: readonly Dependency[];
  readonly ports: readonly Mention<number>[];
  /** Has a comment that silences findings. */
  readonly silences: boolean;
  /** Answers of the world that the reading rests on. */
  readonly asked: readonly string[];
}

/** An item read with everything its rules saw: kept by nobody. */
export interface OpenItem {
  readonly reading: ItemReading;
  readonly node: Node | undefined;
  readonly item?: Item;
  /** The text is no valid YAML: what was read of it is not what was meant. */
  readonly broken: boolean;
}

const nothing: readonly never[] = [];

/** Reads the text of one item: `tree` is the sequence of it alone, or the item itself. */
export function readItem(text: string, tree: Tree, world: World): OpenItem {
  const node = tree.root?.kind === 'sequence' ? tree.root.items[0] : tree.root;
  const problems: Problem[] = tree.faults.map(syntaxProblem);
  const silences = text.includes('hsu-disable-');
  const dash = text.search(/\S/);
  const dashRange = { start: Math.max(0, dash), end: Math.max(0, dash) + 1 };
  if (node?.kind !== 'map') {
    if (tree.faults.length === 0) problems.push(notAWorker(text, node, dashRange));
    return {
      node,
      broken: true,
      reading: {
        problems,
        id: undefined,
        type: undefined,
        replicas: undefined,
        enabled: false,
        anchor: dashRange,
        packageName: undefined,
        dependsOn: nothing,
        ports: nothing,
        silences,
        asked: nothing,
      },
    };
  }
  const idNode = nodeAt(node, 'id');
  const id = textOf(idNode);
  const named =
    idNode && id !== undefined && id !== '' ? { value: id, start: idNode.start, end: idNode.end } : undefined;
  const anchor: Range = named ?? dashRange;
  const asking = new AskingWorld(world);
  const value = valueOf(node);
  // Where the text is no YAML the values are not what was meant: findings about them would only distract.
  const broken = tree.torn === true || tree.faults.some((fault) => !fault.duplicateOf);
  if (!broken)
    problems.push(
      ...schemaProblems(validateWorker, workerSchema, {
        text,
        node,
        value,
        anchor,
        what: 'a worker',
        suggest: (path, key) => suggestForWorker(node, path, key),
      }),
    );
  // Aliases may bring some from anywhere.
  const hasVariables = text.includes('${env:') || (text.includes('*') && mentionsVariables(value));
  const expanded = hasVariables ? expandVariables(value, (name) => asking.environment(name)) : value;
  const config = readPlacement(id ?? '', expanded);
  const resolution = config && resolveDeployment(config, asking);
  const item: Item = { text, node, id, anchor, value: expanded, config, resolution, world: asking };
  if (!broken) for (const rule of itemRules) for (const found of rule(item)) problems.push(found);
  const clear = withoutEchoes(problems);
  const workerId = id === undefined ? {} : { workerId: id };
  const reading: ItemReading = {
    problems: clear.length === 0 ? nothing : clear.map((found) => ({ ...found, ...workerId })),
    id: named,
    type: config?.type,
    replicas: config?.replicas,
    enabled: config?.enabled ?? false,
    anchor,
    packageName: config?.package?.name,
    dependsOn: dependenciesOf(text, node),
    ports: config?.enabled ? portsOfAll(portsOf(node, config), config.replicas) : nothing,
    silences,
    asked: asking.asked,
  };
  return { reading, node, item, broken };
}

/** What can be run of an item; findings may still refuse it. */
export function resolvedWorker({ item, broken }: OpenItem): ResolvedWorker | undefined {
  if (broken || !item) return undefined;
  const { resolution, id } = item;
  if (!item.config || !resolution?.deployment || id === undefined || id === '') return undefined;
  const config = withPolicies(item.config, item.value);
  const installed = resolution.package.kind === 'found' ? resolution.package.installed : undefined;
  const healthCheck = config.healthCheck ?? installed?.manifest.healthCheck;
  return {
    config,
    deployment: resolution.deployment,
    ...(healthCheck ? { healthCheck } : {}),
    ...(installed?.manifest.debugger ? { debugger: installed.manifest.debugger } : {}),
    ...(installed ? { packageName: installed.name, packageVersion: installed.version } : {}),
  };
}

export function syntaxProblem(fault: SyntaxFault): Problem {
  const fixes = fault.mends?.map(({ title, edits }, index) => fix(title, edits, index === 0 && !fault.duplicateOf));
  if (!fault.duplicateOf) return problem('HSU001', fault.message, fault, fixes ? { fixes } : {});
  return problem('HSU004', fault.message, fault, {
    related: [{ ...fault.duplicateOf, message: 'It stands here already.' }],
    ...(fixes ? { fixes } : {}),
  });
}

function notAWorker(text: string, node: Node | undefined, dash: Range): Problem {
  const empty = !node || isNull(node);
  const written = textOf(node);
  const message = empty
    ? 'This item is empty: a worker needs the keys "id" and "type".'
    : 'A worker is a mapping with the keys "id" and "type", not ' + (written === undefined ? 'a list.' : 'a text.');
  const at = empty ? dash : node;
  const fixes =
    written === undefined || /\s/.test(written) || !node
      ? []
      : [fix(`Make it the worker "${written}"`, [replace(node, `id: ${written}`)])];
  if (empty) fixes.push(fix('Remove the item', [lineOf(text, dash)]));
  return problem('HSU002', message, at, { fixes });
}

function lineOf(text: string, { start }: Range): TextEdit {
  const newline = text.indexOf('\n', start);
  return { start: text.lastIndexOf('\n', start) + 1, end: newline < 0 ? text.length : newline + 1, newText: '' };
}

function dependenciesOf(text: string, node: MapNode): readonly Dependency[] {
  const list = nodeAt(node, 'depends_on');
  if (list?.kind !== 'sequence') return nothing;
  return list.items.flatMap((one, index) => {
    const value = textOf(one);
    if (value === undefined) return [];
    return [{ value, start: one.start, end: one.end, removal: removeItem(text, list, index) }];
  });
}

/** Each further replica listens on the next port. */
function portsOfAll(ports: readonly Mention<number>[], replicas = 1): readonly Mention<number>[] {
  if (replicas === 1) return ports;
  const all = ports.flatMap((port) =>
    Array.from({ length: replicas }, (_, index) => ({ ...port, value: port.value + index })),
  );
  return all.filter(({ value }, at) => all.findIndex((one) => one.value === value) === at);
}

/** The ports a worker is known to listen on: `port`, `config.port`, `--port N`, and those of its endpoints. */
function portsOf(node: MapNode, config: PlacementConfig): readonly Mention<number>[] {
  const found: Mention<number>[] = [];
  const add = (at: Node | undefined, value: number | undefined) => {
    if (!at || value === undefined || !Number.isInteger(value) || value < 1) return;
    if (!found.some((one) => one.value === value)) found.push({ value, start: at.start, end: at.end });
  };
  const scalar = (at: Node | undefined) =>
    add(at, at?.kind === 'scalar' && /^\d+$/.test(textOf(at) ?? '') ? Number(textOf(at)) : undefined);
  scalar(nodeAt(node, 'port'));
  if (config.type === 'module') {
    scalar(nodeAt(node, 'module', 'config', 'port'));
    scalar(nodeAt(node, 'config', 'port'));
  } else {
    const args = nodeAt(node, 'execution', 'args') ?? nodeAt(node, 'args');
    if (args?.kind === 'sequence') {
      args.items.forEach((one, index) => {
        if (textOf(one) === '--port') scalar(args.items[index + 1]);
        const joined = textOf(one)?.startsWith('--port=') ? /^--port=(\d+)$/.exec(textOf(one) ?? '') : null;
        if (joined) add(one, Number(joined[1]));
      });
    }
  }
  const endpoints = nodeAt(node, 'endpoints');
  if (endpoints?.kind === 'sequence') {
    for (const endpoint of endpoints.items) {
      const address = nodeAt(endpoint, 'address');
      const port = /^[a-z+]+:\/\/[^/:]+:(\d+)/i.exec(textOf(address) ?? '');
      if (port) add(address, Number(port[1]));
    }
  }
  return found.length === 0 ? nothing : found;
}
