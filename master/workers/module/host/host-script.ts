import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The host's code as V8 is given it: what it compiled serves only the very same text. */
export function readHostScript(): { readonly file: string; readonly text: string } {
  const file = path.join(DIST_FOLDER, 'module-host.js');
  return { file, text: `(function (require, module, exports, __dirname) {${readFileSync(file, 'utf8')}\n})` };
}
