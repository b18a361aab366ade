import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Node,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

export type Overlaid =
  | { readonly text: string }
  /** Why the overlay cannot be laid over the file, as one sentence. */
  | { readonly refused: string };

/**
 * The workers file with an overlay laid over it: mappings are merged key by key, workers are matched by `id`, a worker
 * the file does not have is added, `null` takes a key away, everything else the overlay writes wins.
 */
export function layOver(text: string, overlay: string): Overlaid {
  const base = parseDocument(text);
  const upper = parseDocument(overlay);
  const [fault] = upper.errors;
  if (fault) return { refused: fault.message.split('\n')[0] ?? 'It is not YAML.' };
  if (upper.contents === null) return { text };
  if (!isMap(upper.contents)) return { refused: 'It is not a mapping with "workers:".' };
  // A broken file is read as it is: its findings say what is wrong with it.
  if (base.errors.length > 0 || !isMap(base.contents)) return { text };
  const values: unknown = upper.toJS();
  mergeMap(base, base.contents, values);
  return { text: base.toString() };
}

/** The name of a file's overlay for an environment: workers.yaml and "development" make workers.development.yaml. */
export function overlayName(fileName: string, environment: string): string {
  return fileName.replace(/(\.ya?ml)?$/, (ending) => `.${environment}${ending}`);
}

function mergeMap(document: Document, map: YAMLMap, values: unknown): void {
  if (typeof values !== 'object' || values === null) return;
  for (const [key, value] of Object.entries(values)) {
    const present = ownNode(document, map, key);
    if (value === null) map.delete(key);
    else if (isMap(present) && isPlainObject(value)) mergeMap(document, present, value);
    else if (isSeq(present) && Array.isArray(value) && hasIds(value)) mergeWorkers(document, present, value);
    else map.set(key, document.createNode(value));
  }
}

function mergeWorkers(document: Document, workers: YAMLSeq, values: readonly unknown[]): void {
  for (const value of values) {
    const id = isPlainObject(value) ? value['id'] : undefined;
    const present = workers.items.find((item) => isMap(item) && scalarOf(item, 'id') === id);
    if (isMap(present)) mergeMap(document, present, value);
    else workers.add(document.createNode(value));
  }
}

/** A key's node, made the map's own where it is an alias: what it is an alias of must not change with it. */
function ownNode(document: Document, map: YAMLMap, key: string): Node | undefined {
  const node: unknown = map.get(key, true);
  if (!isAlias(node)) return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
  const copy = document.createNode(node.toJS(document));
  map.set(key, copy);
  return copy;
}

function scalarOf(map: YAMLMap, key: string): unknown {
  const node: unknown = map.get(key, true);
  return isScalar(node) ? node.value : undefined;
}

function hasIds(values: readonly unknown[]): boolean {
  return values.length > 0 && values.every((value) => isPlainObject(value) && 'id' in value);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
