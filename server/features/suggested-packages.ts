import { compare, valid } from 'semver';
import { CompletionItemKind } from 'vscode-languageserver-types';
import type { InstalledPackage } from '../../master/config/world.ts';
import type { SuggestedValue } from './suggested-values.ts';

/** A package in one version that a repository has. */
export interface OfferedPackage {
  /** As workers write it: without a scope. */
  readonly name: string;
  readonly version: string;
  /** Empty where it has none. */
  readonly description: string;
  /** As it is configured. */
  readonly repository: string;
}

/** What the repositories offer, as far as it is known: the newest of each package; of the one that is named all versions. */
export type AskOffers = (named: string | undefined) => readonly OfferedPackage[];

interface Suggestion {
  readonly name: string;
  readonly version: string;
  readonly detail: string;
  readonly documentation: string | undefined;
}

/**
 * Each version of each package, newest first: those that are there, and those that could be installed. Plain text with a
 * colon inside a word needs no quotes.
 */
export function suggestedPackages(
  installed: readonly InstalledPackage[],
  offers: AskOffers,
  prefix: string,
): SuggestedValue[] {
  const found = new Map<string, Suggestion>();
  for (const { name, version, manifest } of installed) {
    const detail = manifest.supportedTypes.join(', ');
    add(found, { name, version, detail, documentation: manifest.description });
  }
  const colon = prefix.indexOf(':');
  for (const { name, version, description, repository } of offers(colon < 0 ? undefined : prefix.slice(0, colon))) {
    const detail = `not installed, offered by ${repository}`;
    add(found, { name, version, detail, documentation: description === '' ? undefined : description });
  }
  return [...found.values()]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : compare(b.version, a.version)))
    .map(({ name, version, detail, documentation }) => ({
      label: `${name}:${version}`,
      kind: CompletionItemKind.Module,
      detail,
      ...(documentation === undefined ? {} : { documentation }),
    }));
}

/** What comes first stays. A version that is none could not be installed. */
function add(found: Map<string, Suggestion>, one: Suggestion): void {
  const key = `${one.name}:${one.version}`;
  if (valid(one.version) !== null && !found.has(key)) found.set(key, one);
}
