import { isPackageManifest } from '../master/config/is-package-manifest.ts';

/** What a document is: told by the editor's language, else by its name, and for package.yaml by its content. */
export function documentKind(uri: string, languageId: string, text: string): 'workers' | 'package' | 'foreign' {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  if (
    languageId === 'hsu-workers' ||
    /^workers(?:\.[^/]+)?\.ya?ml$/i.test(name) ||
    /^workers-[^/]+\.ya?ml$/i.test(name)
  ) {
    return 'workers';
  }
  const manifest = /^(?:worker-)?package\.ya?ml$/i.test(name) || languageId === 'hsu-package';
  return manifest && isPackageManifest(text) ? 'package' : 'foreign';
}
