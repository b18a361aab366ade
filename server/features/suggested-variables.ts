import { CompletionItemKind } from 'vscode-languageserver-types';
import { variablesIn } from '../../master/config/expand-variables.ts';
import { type OpenDocument, textOfDocument } from '../document.ts';
import type { SuggestedValue } from './suggested-values.ts';

/**
 * The names that may stand in a `${env:…}` that is being written: those of this machine and those the text has already,
 * never their values. Undefined where no variable is written.
 */
export function suggestedVariables(
  document: OpenDocument,
  written: string,
  behind: string,
): SuggestedValue[] | undefined {
  const open = /\$(?:\{(?:e|en|env|env:[A-Za-z0-9_]*)?)?$/.exec(written);
  if (!open) return undefined;
  const prefix = '${env:';
  const named = open[0].startsWith(prefix);
  const stays = named ? open.index + prefix.length : open.index;
  // What is closed already, or has a default, keeps it.
  const goes = named ? (/^[A-Za-z0-9_]*(?=\}|:-)/.exec(behind)?.[0].length ?? 0) : 0;
  const isClosed = named && /^(?:\}|:-)/.test(behind.slice(goes));
  const used = variablesIn(textOfDocument(document)).map(({ name }) => name);
  const names = new Set([...used, ...document.world.environmentNames()]);
  return [...names]
    .filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    .sort()
    .map((name) => ({
      label: named ? name : `${prefix}${name}}`,
      kind: CompletionItemKind.Variable,
      text: named ? (isClosed ? name : `${name}}`) : `${prefix}${name}}`,
      part: { stays, goes },
    }));
}
