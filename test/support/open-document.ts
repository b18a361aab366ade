import { TextDocument } from 'vscode-languageserver-textdocument';
import { readPackageManifest } from '../../master/config/read-package-manifest.ts';
import { WorkersDocument } from '../../master/config/workers-document.ts';
import type { World } from '../../master/config/world.ts';
import type { OpenManifest, OpenWorkersFile } from '../../server/document.ts';
import { memoryWorld } from './memory-world.ts';

export const workersUri = 'file:///work/workers.yaml';

/** A workers file as the features see it. */
export function openWorkers(text: string, world: World = memoryWorld(), uri = workersUri): OpenWorkersFile {
  const workers = WorkersDocument.open(text, world);
  return {
    kind: 'workers',
    uri,
    version: 1,
    places: workers,
    world,
    workers,
    over: undefined,
    snapshots: undefined,
    lastGood: undefined,
    held: undefined,
  };
}

export function openManifest(text: string, world: World = memoryWorld()): OpenManifest {
  const uri = 'file:///work/package.yaml';
  const places = TextDocument.create(uri, 'yaml', 1, text);
  return { kind: 'package', uri, version: 1, places, world, reading: readPackageManifest(text, world) };
}

/** A text without its first `|`, and where that stood. */
export function cursorIn(marked: string): { readonly text: string; readonly offset: number } {
  const offset = marked.indexOf('|');
  if (offset < 0) throw new Error(`no cursor in ${JSON.stringify(marked)}`);
  return { text: marked.slice(0, offset) + marked.slice(offset + 1), offset };
}
