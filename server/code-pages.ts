import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver';
import { findings } from '../master/config/finding-codes.ts';

/** Comes with the server. */
const folder = path.join(DIST_FOLDER, '..', 'docs', 'findings');

/** With a link from its code to the page that explains it, where there is one. */
export function withPage(found: Diagnostic): Diagnostic {
  const { code } = found;
  if (typeof code !== 'string' || !Object.hasOwn(findings, code)) return found;
  return { ...found, codeDescription: { href: pathToFileURL(path.join(folder, `${code}.md`)).href } };
}
