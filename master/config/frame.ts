import { readLogCollection, readLogStore } from './log-collection.ts';
import type { MasterSettings, ModuleHostSettings } from './deployment.ts';
import { parseDuration } from './duration.ts';
import { validateFrame } from './generated/validators.cjs';
import { isAlias } from './keep-aliases.ts';
import { fix, lateFix, problem } from './make-problem.ts';
import { asList } from './migration/renew-file.ts';
import type { Problem } from './problem.ts';
import { type Mention, syntaxProblem } from './read-item.ts';
import { bothSpellings, pairsOfFile } from './rules/both-spellings.ts';
import { checkLogTargets } from './rules/log-targets.ts';
import { checkTextsOf } from './rules/texts.ts';
import { schemaProblems } from './schema-problems.ts';
import { workersFileSchema } from './schema.ts';
import { parseSize } from './size.ts';
import { cutItems, firstDocumentEnd } from './syntax/cut-items.ts';
import { tabIndented } from './syntax/mend.ts';
import {
  type Anchors,
  type Entry,
  entryOf,
  isNull,
  type MapNode,
  noAnchors,
  type Node,
  sizeOf,
  textOf,
  type Tree,
  valueOf,
} from './syntax/node.ts';
import { oneOf, present } from './values.ts';
import { readTree } from './read-tree.ts';

/** A workers file without its items. */
export interface Frame {
  /** Findings of the whole file but its items, about `head` and `tail` joined together. */
  readonly problems: readonly Problem[];
  readonly settings: MasterSettings;
  /** The port of the master and where it is written. */
  readonly masterPort?: Mention<number>;
  /** What stands before the first item; the whole text where items cannot be cut out of it. */
  readonly head: string;
  readonly tail: string;
  /** End of the first YAML document in `head` and `tail` joined together; what follows is not read. */
  readonly documentEnd: number;
  /** Column of the dashes; undefined where the items were not cut out: then an edit means reading anew. */
  readonly column?: number;
  /** Where the items end is only told by all that follows: then an edit means cutting anew too. */
  readonly fragile: boolean;
  /** Those before the items, which aliases in any of them may refer to. */
  readonly anchors: Anchors;
  /** Where the items are, and the trees of those that could only be read together with the whole file. */
  readonly items: readonly FrameItem[];
}

interface FrameItem {
  readonly start: number;
  readonly end: number;
  readonly tree?: Tree;
}

/** Cuts a file into its frame and its items, or reads it as a whole where it cannot be cut (see `readWhole`). */
export function readFrame(text: string): Frame {
  const cut = cutItems(text);
  if (!cut) return readWhole(text);
  const head = text.slice(0, cut.headEnd);
  const tail = text.slice(cut.itemsEnd);
  const documentEnd = head.length + cut.documentEnd - cut.itemsEnd;
  const both = head + tail;
  const tree = readTree(both.slice(0, documentEnd));
  const list = listOf(tree.root);
  const { starts } = cut;
  // Whatever stands between the key and the items would make them part of something else.
  if (starts.length > 0 && !(list && isNull(list.value))) return readWhole(text);
  const anchors = anchorsOf(tree, cut.headEnd);
  if (!anchors) return readWhole(text);
  const ranges = starts.map((start, index) => ({ start, end: starts[index + 1] ?? cut.itemsEnd }));
  return {
    ...frameOf(both, tree, list !== undefined && starts.length > 0, documentEnd),
    head,
    tail,
    documentEnd,
    ...(starts.length > 0 ? { column: cut.column } : {}),
    fragile: cut.fragile,
    anchors,
    items: ranges,
  };
}

/** A file whose items can only be read together. */
export function readWhole(text: string): Frame {
  const documentEnd = firstDocumentEnd(text);
  const tree = readTree(text.slice(0, documentEnd));
  const list = listOf(tree.root);
  const nodes = list?.value.kind === 'sequence' ? list.value.items : [];
  return {
    ...frameOf(text, tree, nodes.length > 0, documentEnd),
    head: text,
    tail: '',
    documentEnd,
    fragile: true,
    anchors: noAnchors,
    items: nodes.map((node) => {
      const torn = tree.faults.length > 0 && tabIndented(text, node.start);
      return { start: node.start, end: node.end, tree: { root: node, faults: [], torn } };
    }),
  };
}

/** Aliases that stand for more than this many nodes are read together, where the reader keeps count of all of them. */
const mostAnchored = 10_000;

/** The anchors that stand before an offset, the later one of two with one name; undefined where they hold too much. */
function anchorsOf({ anchors = [] }: Tree, end: number): Anchors | undefined {
  const found = new Map<string, Node>();
  let left = mostAnchored;
  for (const [name, node] of anchors) {
    if (node.start >= end) continue;
    left -= sizeOf(node, left);
    if (left <= 0) return undefined;
    found.set(name, node);
  }
  return found;
}

export function listOf(root: Node | undefined) {
  return entryOf(root, 'workers') ?? entryOf(root, 'managed_processes');
}

function frameOf(
  text: string,
  tree: Tree,
  hasItems: boolean,
  documentEnd: number,
): Pick<Frame, 'problems' | 'settings' | 'masterPort'> {
  const problems = tree.faults.map(syntaxProblem);
  const { root } = tree;
  if (root?.kind === 'map') {
    const anchor = { start: root.start, end: Math.min(root.end, root.start + 1) };
    problems.push(
      ...schemaProblems(validateFrame, workersFileSchema, {
        text,
        node: root,
        value: withoutList(root),
        anchor,
        what: 'a workers file',
      })
        // What a tab indents stands elsewhere once that is mended.
        .filter(({ start }) => tree.faults.length === 0 || !tabIndented(text, start))
        .map((one) => withListFix(text, one, tree.faults.length === 0 ? listOf(root) : undefined)),
    );
    problems.push(...bothSpellings(text, root, pairsOfFile, hasItems ? listOf(root) : undefined));
    problems.push(...checkTextsOf(text, withoutItems(root), workersFileSchema));
    problems.push(...checkLogTargets(root));
  } else if (root && !isNull(root)) {
    const what = root.kind === 'sequence' ? 'a list' : 'a text';
    const at = { start: root.start, end: lineEnd(text, root) };
    const lineStart = text.lastIndexOf('\n', root.start) + 1;
    const fixes =
      root.kind === 'sequence' && !root.flow && root.items.every((item) => item.kind === 'map')
        ? [fix('Put the list below workers:', [{ start: lineStart, end: lineStart, newText: 'workers:\n' }], true)]
        : [];
    const message = `A workers file is a mapping with the key "workers", not ${what}.`;
    problems.push(problem('HSU002', message, at, { fixes }));
  } else if (tree.faults.length === 0 && !hasItems) {
    problems.push(
      problem(
        'HSU002',
        'This file has no workers yet: it needs the key "workers".',
        { start: 0, end: 0 },
        {
          severity: 'information',
          fixes: [fix('Add workers:', [{ start: text.length, end: text.length, newText: 'workers:\n' }])],
        },
      ),
    );
  }
  if (text.startsWith('---', documentEnd) && text.slice(documentEnd + 3).trim() !== '') {
    const at = { start: documentEnd, end: documentEnd + 3 };
    const rest = { start: documentEnd, end: text.length, newText: '' };
    problems.push(
      problem('HSU003', 'Only the first YAML document of a file is read: what follows has no effect.', at, {
        fixes: [fix('Remove what follows', [rest])],
      }),
    );
  }
  return { problems, settings: settingsOf(root), ...present({ masterPort: masterPortOf(root) }) };
}

function masterOf(root: Node | undefined): Node | undefined {
  return (entryOf(root, 'master') ?? entryOf(root, 'process_manager'))?.value;
}

function masterPortOf(root: Node | undefined): Mention<number> | undefined {
  const node = entryOf(masterOf(root), 'port')?.value;
  if (node?.kind !== 'scalar' || typeof node.value !== 'number') return undefined;
  return { value: node.value, start: node.start, end: node.end };
}

function settingsOf(root: Node | undefined): MasterSettings {
  const master = masterOf(root);
  const logs = entryOf(root, 'log_collection')?.value;
  const portAt = (key: string) => {
    const node = entryOf(master, key)?.value;
    return node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined;
  };
  return present({
    port: portAt('port'),
    metricsPort: portAt('metrics_port'),
    moduleHost: moduleHostOf(entryOf(master, 'module_host')?.value),
    logLevel: oneOf(textOf(entryOf(master, 'log_level')?.value), ['trace', 'debug', 'info', 'warn', 'error'] as const),
    logCollection: readLogCollection(logs && valueOf(logs)),
    logStore: readLogStore(logs && valueOf(logs)),
    shutdownTimeoutMs: positiveDuration(entryOf(master, 'force_shutdown_timeout')?.value),
  });
}

function moduleHostOf(node: Node | undefined): ModuleHostSettings | undefined {
  if (node?.kind !== 'map') return undefined;
  const millisecondsOf = (key: string) => positiveDuration(entryOf(node, key)?.value);
  const maxMemoryBytes = parseSize(textOf(entryOf(node, 'max_memory')?.value) ?? '');
  return present({
    slowAfterMs: millisecondsOf('slow_after'),
    blockedAfterMs: millisecondsOf('blocked_after'),
    maxMemoryBytes: maxMemoryBytes !== undefined && maxMemoryBytes > 0 ? maxMemoryBytes : undefined,
  });
}

function positiveDuration(node: Node | undefined): number | undefined {
  const value = parseDuration(textOf(node) ?? '');
  return value !== undefined && value > 0 ? value : undefined;
}

/** In a longer text the fix would hold up every menu; "Write the whole file in the current spelling" does it there. */
const longestListed = 10_000;

/** Workers by their ids, as other tools have them, can be put into the list that is expected. */
function withListFix(text: string, found: Problem, list: Entry | undefined): Problem {
  if (found.code !== 'HSU103' || found.start !== list?.key.start || text.length > longestListed) return found;
  if (list.value.kind !== 'map' || !list.value.entries.every((entry) => isOwnMap(text, entry))) return found;
  return { ...found, fixes: [lateFix('Make it a list of workers with ids', () => asList(text), true)] };
}

/** What stands for a mapping elsewhere is none of its own. */
function isOwnMap(text: string, { value, merged }: Entry): boolean {
  return value.kind === 'map' && !merged && !isAlias(text.slice(value.start, value.end));
}

/** The value for the validator: what its items are is checked item by item. */
function withoutList(root: MapNode): unknown {
  return valueOf(withoutItems(root));
}

function withoutItems(root: MapNode): MapNode {
  const isList = (key: string | undefined) => key === 'workers' || key === 'managed_processes';
  return {
    ...root,
    entries: root.entries.map((entry) =>
      isList(textOf(entry.key)) && entry.value.kind === 'sequence'
        ? { ...entry, value: { ...entry.value, items: [] } }
        : entry,
    ),
  };
}

function lineEnd(text: string, node: Node): number {
  const newline = text.indexOf('\n', node.start);
  return Math.max(node.start, Math.min(node.end, newline < 0 ? node.end : newline));
}
