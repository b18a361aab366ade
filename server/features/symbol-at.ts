import { parsePackageReference } from '../../master/config/package-reference.ts';
import { type Node, nodeAt, textOf } from '../../master/config/syntax/node.ts';
import { readTree } from '../../master/config/read-tree.ts';
import type { OpenDocument, OpenManifest, OpenWorkersFile } from '../document.ts';

/** A name that several places share: offsets are those of the document it was found in. */
export type Symbol = WorkerSymbol | PackageSymbol;

interface WorkerSymbol extends Place {
  readonly kind: 'worker';
  readonly name: string;
}

interface PackageSymbol extends Place {
  readonly kind: 'package';
  readonly name: string;
}

export interface Place {
  readonly start: number;
  readonly end: number;
  /** Where the thing itself stands, not a mention of it. */
  readonly definition: boolean;
}

/** The worker or package whose name stands at an offset. */
export function symbolAt(document: OpenDocument, offset: number): Symbol | undefined {
  if (document.kind === 'foreign') return undefined;
  if (document.kind === 'package') {
    const name = manifestName(document);
    return name && holds(name, offset) ? { kind: 'package', ...name } : undefined;
  }
  const { workers } = document;
  const index = workers.indexAt(offset);
  const reading = workers.readingOf(index);
  if (!reading) return undefined;
  const start = workers.startOf(index);
  if (reading.id && holds(reading.id, offset - start)) {
    const inner = withoutQuotes(workers, start + reading.id.start, start + reading.id.end);
    return { kind: 'worker', name: reading.id.value, definition: true, ...inner };
  }
  const mention = reading.dependsOn.find((one) => holds(one, offset - start));
  if (mention) {
    const inner = withoutQuotes(workers, start + mention.start, start + mention.end);
    return { kind: 'worker', name: mention.value, definition: false, ...inner };
  }
  const reference = packagePlace(document, index);
  return reference && holds(reference, offset) ? { kind: 'package', ...reference } : undefined;
}

/** Every place of a worker's id in its file. */
export function workerPlaces({ workers }: OpenWorkersFile, id: string): Place[] {
  const found: Place[] = [];
  for (const index of workers.concernedBy(id)) {
    const reading = workers.readingOf(index);
    if (!reading) continue;
    const start = workers.startOf(index);
    if (reading.id?.value === id) {
      found.push({
        definition: true,
        ...withoutQuotes(workers, start + reading.id.start, start + reading.id.end),
      });
    }
    for (const one of reading.dependsOn) {
      if (one.value !== id) continue;
      found.push({ definition: false, ...withoutQuotes(workers, start + one.start, start + one.end) });
    }
  }
  return found;
}

/** Every place of a package's name in a document. */
export function packagePlaces(document: OpenDocument, name: string): Place[] {
  if (document.kind === 'package') {
    const own = manifestName(document);
    return own?.name === name ? [own] : [];
  }
  if (document.kind === 'foreign') return [];
  const found: Place[] = [];
  for (let index = 0; index < document.workers.size; index++) {
    if (document.workers.readingOf(index)?.packageName !== name) continue;
    const place = packagePlace(document, index);
    if (place) found.push(place);
  }
  return found;
}

/** The name in an item's `package: name:version`. */
function packagePlace({ workers }: OpenWorkersFile, index: number): (Place & { readonly name: string }) | undefined {
  const node = nodeAt(workers.openItem(index)?.node, 'package');
  const reference = parsePackageReference(textOf(node) ?? '');
  if (!node || !reference) return undefined;
  const base = workers.startOf(index);
  const { start } = withoutQuotes(workers, base + node.start, base + node.end);
  return { name: reference.name, start, end: start + reference.name.length, definition: false };
}

function manifestName(document: OpenManifest): (Place & { readonly name: string }) | undefined {
  const text = document.places.getText();
  const node: Node | undefined = nodeAt(readTree(text).root, 'name');
  const name = textOf(node);
  if (!node || name === undefined) return undefined;
  return { name, definition: true, ...withoutQuotes(text, node.start, node.end) };
}

function holds({ start, end }: { readonly start: number; readonly end: number }, offset: number): boolean {
  return start <= offset && offset <= end;
}

function withoutQuotes(
  text: { slice(start: number, end: number): string },
  start: number,
  end: number,
): { start: number; end: number } {
  const written = text.slice(start, end);
  const quote = written.charAt(0);
  const isQuoted = (quote === '"' || quote === "'") && end - start > 1 && written.endsWith(quote);
  return isQuoted ? { start: start + 1, end: end - 1 } : { start, end };
}
