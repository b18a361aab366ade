import type { LinkedEditingRanges } from 'vscode-languageserver';
import { type OpenDocument, rangeOf } from '../document.ts';
import { symbolAt, workerPlaces } from './symbol-at.ts';

/** A worker's id and every mention of it, which change together while one of them is typed; null where nothing else is. */
export function linkedEditing(document: OpenDocument, offset: number): LinkedEditingRanges | null {
  const symbol = symbolAt(document, offset);
  if (document.kind !== 'workers' || symbol?.kind !== 'worker') return null;
  const places = workerPlaces(document, symbol.name);
  // Two workers with one id are a fault that typing has to mend: they must come apart.
  if (places.filter(({ definition }) => definition).length !== 1 || places.length < 2) return null;
  return { ranges: places.map((place) => rangeOf(document, place)), wordPattern: '[A-Za-z0-9_-]+' };
}
