import { compare, valid } from 'semver';
import type { Diagnostic } from 'vscode-languageserver-types';
import { parsePackageReference } from '../../master/config/package-reference.ts';
import type { OpenDocument } from '../document.ts';
import type { OfferedPackage } from './suggested-packages.ts';

/**
 * The findings of a document, those about packages that are not there with the repository that has the package. `offers`
 * is asked where there is such a finding.
 */
export function offeredElsewhere(
  document: OpenDocument,
  found: readonly Diagnostic[],
  offers: () => readonly OfferedPackage[],
): Diagnostic[] {
  let newest: ReadonlyMap<string, OfferedPackage> | undefined;
  return found.map((one) => {
    if (one.code !== 'HSU301' || typeof one.message !== 'string') return one;
    const written = document.places.getText(one.range).replace(/^(["'])(.*)\1$/s, '$2');
    newest ??= newestByName(offers());
    const offer = newest.get(parsePackageReference(written)?.name ?? '');
    if (!offer) return one;
    const where = `The repository ${offer.repository} offers it in version ${offer.version}: install it from there.`;
    return { ...one, message: `${one.message} ${where}` };
  });
}

/** Of equal versions that of the repository that is named first. */
function newestByName(offers: readonly OfferedPackage[]): ReadonlyMap<string, OfferedPackage> {
  const newest = new Map<string, OfferedPackage>();
  for (const offer of offers) {
    if (valid(offer.version) === null) continue;
    const known = newest.get(offer.name);
    if (!known || compare(offer.version, known.version) > 0) newest.set(offer.name, offer);
  }
  return newest;
}
