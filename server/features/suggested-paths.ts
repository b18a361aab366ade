import { CompletionItemKind } from 'vscode-languageserver-types';
import { isNativeLibrary } from '../../master/config/native-library.ts';
import type { World } from '../../master/config/world.ts';
import type { SuggestedValue } from './suggested-values.ts';

/**
 * What stands in the folder that the written part of a path leads to; `key` tells which kinds are of use, `behind` is
 * what the path goes on with behind the cursor.
 */
export function suggestedPaths(world: World, key: string, written: string, behind: string): SuggestedValue[] {
  if (written.includes('${') || written.startsWith('~')) return [];
  const stays = Math.max(written.lastIndexOf('/'), written.lastIndexOf('\\')) + 1;
  const goes = /^[^/\\]*/.exec(behind)?.[0].length ?? 0;
  const hidden = written.slice(stays).startsWith('.');
  const names = world.names(world.resolve(world.folder, written.slice(0, stays))) ?? [];
  return names
    .filter((name) => name.endsWith('/') || fits(key, name))
    .filter((name) => (hidden || !name.startsWith('.')) && !unsafe.test(name))
    .map((label) => ({
      label,
      kind: label.endsWith('/') ? CompletionItemKind.Folder : CompletionItemKind.File,
      text: behind.length > goes ? label.replace(/\/$/, '') : label,
      part: { stays, goes },
    }));
}

/** Would mean something else in plain text, or end a quoted one. */
const unsafe = /["'\\[\]{},#:&*!|>%@`\n\r]|^\s|\s$|\$\{/;

function fits(key: string, name: string): boolean {
  if (key === 'working_directory') return false;
  return key !== 'module_path' || /\.(?:[cm]?[jt]s|wasm)$/.test(name) || isNativeLibrary(name);
}
