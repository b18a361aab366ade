import {
  type DocumentHighlight,
  DocumentHighlightKind,
  type Location,
  type Range,
  type WorkspaceEdit,
} from 'vscode-languageserver-types';
import { isAlias } from '../../master/config/keep-aliases.ts';
import { type OpenDocument, rangeOf, textOfDocument } from '../document.ts';
import { packagePlaces, type Place, type Symbol, symbolAt, workerPlaces } from './symbol-at.ts';

/** Where the worker or package under the cursor is defined. `others` are the documents it may be defined in. */
export function definition(document: OpenDocument, offset: number, others: readonly OpenDocument[]): Location[] {
  const symbol = symbolAt(document, offset);
  if (!symbol) return [];
  return placesOf(document, symbol, others)
    .filter(({ place }) => place.definition)
    .map(locationOf);
}

export function references(
  document: OpenDocument,
  offset: number,
  others: readonly OpenDocument[],
  withDefinition: boolean,
): Location[] {
  const symbol = symbolAt(document, offset);
  if (!symbol) return [];
  return placesOf(document, symbol, others)
    .filter(({ place }) => withDefinition || !place.definition)
    .map(locationOf);
}

export function highlights(document: OpenDocument, offset: number): DocumentHighlight[] {
  const symbol = symbolAt(document, offset);
  if (!symbol) return [];
  return placesOf(document, symbol, []).map(({ place }) => ({
    range: rangeOf(document, place),
    kind: place.definition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
  }));
}

/** The name that a rename would change; null where there is none. */
export function prepareRename(document: OpenDocument, offset: number): { range: Range; placeholder: string } | null {
  const symbol = symbolAt(document, offset);
  return symbol && aliasAt(document, symbol) === undefined
    ? { range: rangeOf(document, symbol), placeholder: symbol.name }
    : null;
}

export type RenameResult = { readonly edit: WorkspaceEdit } | { readonly refused: string };

/** New names in every place at once. */
export function rename(
  document: OpenDocument,
  offset: number,
  newName: string,
  others: readonly OpenDocument[],
): RenameResult {
  const symbol = symbolAt(document, offset);
  if (!symbol) return { refused: 'Only ids of workers and names of packages can be renamed.' };
  const valid = symbol.kind === 'worker' ? /^[A-Za-z0-9_-]{1,64}$/ : /^[A-Za-z0-9@][A-Za-z0-9@._/-]*$/;
  if (!valid.test(newName)) {
    return { refused: `"${newName}" is no valid ${symbol.kind === 'worker' ? 'worker id' : 'package name'}.` };
  }
  const taken =
    symbol.kind === 'worker' &&
    newName !== symbol.name &&
    [document, ...others].some(
      (one) => one.kind === 'workers' && workerPlaces(one, newName).some((place) => place.definition),
    );
  if (taken) return { refused: `There is a worker "${newName}" already.` };
  const places = placesOf(document, symbol, others);
  for (const { document: owner, place } of places) {
    const alias = aliasAt(owner, place);
    if (alias === undefined) continue;
    return { refused: `"${symbol.name}" comes from ${alias}, which other places may use: change it at its anchor.` };
  }
  const changes: Record<string, { range: Range; newText: string }[]> = {};
  for (const { document: owner, place } of places) {
    (changes[owner.uri] ??= []).push({ range: rangeOf(owner, place), newText: newName });
  }
  return { edit: { changes } };
}

/** The alias that stands in a place instead of the name. */
function aliasAt(document: OpenDocument, place: Place): string | undefined {
  const written = textOfDocument(document).slice(place.start, place.end);
  return isAlias(written) ? written : undefined;
}

interface Found {
  readonly document: OpenDocument;
  readonly place: Place;
}

/** Ids belong to one file and the overlays of it; packages to every file that names them. */
function placesOf(document: OpenDocument, symbol: Symbol, others: readonly OpenDocument[]): Found[] {
  const all = [document, ...others.filter(({ uri }) => uri !== document.uri)];
  if (symbol.kind === 'package') {
    return all.flatMap((one) => packagePlaces(one, symbol.name).map((place) => ({ document: one, place })));
  }
  const found = all.flatMap((one) =>
    one.kind === 'workers' ? workerPlaces(one, symbol.name).map((place) => ({ document: one, place })) : [],
  );
  const inFile = found.some(({ document: owner, place }) => place.definition && !isOverlay(owner));
  // An overlay changes a worker that the file below it defines.
  return found.map(({ document: owner, place }) => ({
    document: owner,
    place: { ...place, definition: place.definition && !(inFile && isOverlay(owner)) },
  }));
}

function isOverlay({ uri }: OpenDocument): boolean {
  return /\/workers\.[^/]+\.ya?ml$/i.test(uri);
}

function locationOf({ document, place }: Found): Location {
  return { uri: document.uri, range: rangeOf(document, place) };
}
