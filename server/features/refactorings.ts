import { type CodeAction, CodeActionKind } from 'vscode-languageserver-types';
import { renewFile } from '../../master/config/migration/renew-file.ts';
import { unifyFile, unifyItem } from '../../master/config/migration/unify.ts';
import type { TextEdit } from '../../master/config/problem.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf } from '../document.ts';
import { extractable, extractAnchor } from './extract-anchor.ts';
import { sortKeys, sortWorkers } from './sort.ts';

/** What is worked out only when somebody chooses it, for it looks at the whole file. */
interface Refactoring {
  readonly kind: string;
  readonly edits: (document: OpenWorkersFile, offset: number) => readonly TextEdit[];
}

const refactorings = {
  'extract-anchor': { kind: CodeActionKind.RefactorExtract, edits: extractAnchor },
  'sort-keys': { kind: CodeActionKind.RefactorRewrite, edits: sortKeys },
  'sort-workers': { kind: `${CodeActionKind.Source}.sortWorkers.hsu`, edits: sortWorkers },
  'unify-worker': { kind: CodeActionKind.RefactorRewrite, edits: unifyWorker },
  'unify-file': { kind: CodeActionKind.RefactorRewrite, edits: ({ workers }) => unifyFile(workers.text) },
  'renew-file': { kind: `${CodeActionKind.Source}.renew.hsu`, edits: ({ workers }) => renewFile(workers.text) },
} satisfies Record<string, Refactoring>;

export const refactoringKinds = [...new Set(Object.values(refactorings).map(({ kind }) => kind))];

/** Offers for the place of the cursor, without their edits. */
export function offeredRefactorings(
  document: OpenWorkersFile,
  offset: number,
  wants: (kind: string) => boolean,
): CodeAction[] {
  const offer = (name: keyof typeof refactorings, title: string): CodeAction[] => {
    const { kind } = refactorings[name];
    return wants(kind) ? [{ title, kind, data: { uri: document.uri, name, offset } }] : [];
  };
  const path = wants(CodeActionKind.RefactorExtract) ? extractable(document, offset) : undefined;
  const { id, config } = document.workers.openItem(document.workers.indexAt(offset))?.item ?? {};
  const isOlder = wants(CodeActionKind.RefactorRewrite) && config?.olderForm === true;
  return [
    ...(path
      ? offer('extract-anchor', `Extract ${path.at(-1) ?? ''} to an anchor for all workers that have the same`)
      : []),
    ...(isOlder && unifyWorker(document, offset).length > 0
      ? offer('unify-worker', `Write ${id ?? 'this worker'} in the unified form`)
      : []),
    ...(isOlder ? offer('unify-file', 'Write the whole file in the unified form') : []),
    ...(id === undefined ? [] : offer('sort-keys', `Sort the keys of ${id}`)),
    ...offer('sort-workers', 'Sort the workers by id'),
    ...offer('renew-file', 'Write the whole file in the current spelling'),
  ];
}

function unifyWorker({ workers }: OpenWorkersFile, offset: number): readonly TextEdit[] {
  const index = workers.indexAt(offset);
  const node = workers.openItem(index)?.node;
  const base = workers.startOf(index);
  const edits = node ? unifyItem(workers.textOf(index), node) : [];
  return edits.map((edit) => ({ ...edit, start: edit.start + base, end: edit.end + base }));
}

/** The document's URI of an action that waits for its edits. */
export function documentOf({ data }: CodeAction): string | undefined {
  return isWaiting(data) ? data.uri : undefined;
}

/** The action with its edits. */
export function resolveRefactoring(document: OpenDocument | undefined, action: CodeAction): CodeAction {
  const data: unknown = action.data;
  if (document?.kind !== 'workers' || !isWaiting(data)) return action;
  const edits = refactorings[data.name].edits(document, data.offset);
  const changes = { [document.uri]: edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.newText })) };
  return { ...action, edit: { changes } };
}

function isWaiting(
  data: unknown,
): data is { readonly uri: string; readonly name: keyof typeof refactorings; readonly offset: number } {
  if (typeof data !== 'object' || data === null || !('uri' in data && 'name' in data && 'offset' in data)) return false;
  return typeof data.uri === 'string' && String(data.name) in refactorings && typeof data.offset === 'number';
}
