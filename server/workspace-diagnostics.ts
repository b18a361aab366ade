import { createHash } from 'node:crypto';
import {
  type CancellationToken,
  LSPErrorCodes,
  ResponseError,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import type { Session } from './session.ts';

/**
 * Findings of the files that no editor has open. A request that could only say "unchanged" stays open until something
 * changes: the editor asks again and again, and nothing is computed in between.
 */
export async function workspaceDiagnostics(
  session: Session,
  previous: ReadonlyMap<string, string>,
  token: CancellationToken,
): Promise<WorkspaceDiagnosticReport> {
  const { workspace } = session;
  for (;;) {
    const { changes } = workspace;
    const items = await reports(session, previous, token);
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'Not wanted any more.');
    const news = items.some(({ kind }) => kind === 'full');
    if (news || !session.workspaceTold) {
      session.workspaceTold = true;
      return { items };
    }
    await workspace.changedSince(changes, token.onCancellationRequested);
  }
}

async function reports(
  session: Session,
  previous: ReadonlyMap<string, string>,
  token: CancellationToken,
): Promise<WorkspaceDocumentDiagnosticReport[]> {
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  const gone = new Set(previous.keys());
  for (const uri of await session.workspace.uris()) {
    if (token.isCancellationRequested) return items;
    gone.delete(uri);
    // What is open is reported by itself, as it is typed.
    if (session.documents.get(uri)) continue;
    const document = await session.workspace.document(uri);
    const found = document ? await session.findings(session.documents.withStates(document)) : [];
    const resultId = createHash('sha256').update(JSON.stringify(found)).digest('base64url').slice(0, 12);
    if (previous.get(uri) === resultId) items.push({ kind: 'unchanged', uri, version: null, resultId });
    else if (found.length > 0 || previous.has(uri))
      items.push({ kind: 'full', uri, version: null, resultId, items: found });
  }
  for (const uri of gone) {
    if (session.documents.get(uri)) continue;
    session.offers.forget(uri);
    items.push({ kind: 'full', uri, version: null, items: [] });
  }
  return items;
}
