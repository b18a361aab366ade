import { type FileKind, fileKind } from '../master/config/file-kind.ts';
import { isPackageManifest } from '../master/config/is-package-manifest.ts';

/** What a document is: told by the editor's language, else as that of a file. */
export function documentKind(uri: string, languageId: string, text: string): FileKind {
  if (languageId === 'hsu-workers') return 'workers';
  if (languageId === 'hsu-package') return isPackageManifest(text) ? 'package' : 'foreign';
  return fileKind(decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), text);
}
