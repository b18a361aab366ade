import { createRequire } from 'node:module';
import path from 'node:path';
import type * as compileTypeScript from './workers/module/host/compile-typescript.ts';

/** What most runs never need: bundles of their own beside this one, by the names they have in esbuild.mjs. */
interface Parts {
  readonly 'compile-typescript': typeof compileTypeScript;
}

const load = createRequire(path.join(DIST_FOLDER, 'parts.js'));

/** Loads a part when it is first needed; from then on it is at hand. */
export function loadPart<Name extends keyof Parts>(name: Name): Parts[Name] {
  return load(`./${name}.js`) as Parts[Name];
}
