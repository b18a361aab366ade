import { isPackageManifest } from '../master/config/is-package-manifest.ts';
import type { DocumentKind } from './protocol.ts';

/** What a document is: told by the editor's language, else by its name, and where others use the name too by its content. */
export function documentKind(uri: string, languageId: string, text: string): DocumentKind {
  const name = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  if (languageId === 'hsu-workers' || /^workers(?:\.[^/]+)?\.ya?ml$/i.test(name)) return 'workers';
  if (/^workers-[^/]+\.ya?ml$/i.test(name)) return workersList.test(text) ? 'workers' : 'foreign';
  const manifest = /^(?:worker-)?package\.ya?ml$/i.test(name) || languageId === 'hsu-package';
  return manifest && isPackageManifest(text) ? 'package' : 'foreign';
}

/** The list of workers, which a Kubernetes manifest named workers-deployment.yaml has not. */
const workersList = /^(?:workers|managed_processes)[ \t]*:/m;
