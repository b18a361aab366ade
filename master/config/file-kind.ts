import { isPackageManifest } from './is-package-manifest.ts';

/** A file of ours, or another tool's. */
export type FileKind = 'workers' | 'package' | 'foreign';

/** What a file is: told by its name, and where other tools use the name too by its content. */
export function fileKind(name: string, text: string): FileKind {
  if (/^workers(?:\.[^/]+)?\.ya?ml$/i.test(name)) return 'workers';
  if (/^workers-[^/]+\.ya?ml$/i.test(name)) return workersList.test(text) ? 'workers' : 'foreign';
  return /^(?:worker-)?package\.ya?ml$/i.test(name) && isPackageManifest(text) ? 'package' : 'foreign';
}

/** The list of workers, which a Kubernetes manifest named workers-deployment.yaml has not. */
const workersList = /^(?:workers|managed_processes)[ \t]*:/m;
