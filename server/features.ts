import { CompletionRequest } from 'vscode-languageserver';
import type { ServerCapabilities } from 'vscode-languageserver';
import type { OpenDocument } from './document.ts';
import { codeLenses } from './features/code-lenses.ts';
import { completion } from './features/completion.ts';
import { diagnostics } from './features/diagnostics.ts';
import { hover } from './features/hover.ts';
import { switchDeployment } from './features/switch-deployment.ts';
import { workerPositions } from './features/worker-positions.ts';
import { onOwnRequest } from './own-messages.ts';
import { switchDeploymentRequest, workerPositionsRequest } from './protocol.ts';
import type { Session } from './session.ts';

interface Feature {
  readonly capability: Partial<ServerCapabilities>;
  readonly register: (session: Session) => void;
}

/** Everything the server can do: what it tells the editor, and the function that does it. */
export const features: readonly Feature[] = [
  {
    capability: { diagnosticProvider: { identifier: 'hsu', interFileDependencies: true, workspaceDiagnostics: false } },
    register: (session) =>
      session.connection.languages.diagnostics.on(async ({ textDocument: { uri }, previousResultId }, cancelled) => {
        await session.settle(uri);
        const resultId = session.resultId(uri);
        const document = session.documents.get(uri);
        if (!document || cancelled.isCancellationRequested) return { kind: 'full', items: [] };
        if (resultId === previousResultId) return { kind: 'unchanged', resultId };
        return { kind: 'full', resultId, items: diagnostics(document) };
      }),
  },
  {
    capability: { completionProvider: { triggerCharacters: [':', ' ', '-', '"', '/', '{'], resolveProvider: false } },
    register: (session) =>
      session.connection.onRequest(CompletionRequest.type, ({ textDocument, position }) =>
        on(session, textDocument.uri, (document) => ({
          isIncomplete: false,
          items: completion(document, document.places.offsetAt(position), { snippets: session.abilities.snippets }),
        })),
      ),
  },
  {
    capability: { hoverProvider: true },
    register: (session) =>
      session.connection.onHover(({ textDocument, position }) =>
        on(session, textDocument.uri, (document) => hover(document, document.places.offsetAt(position))),
      ),
  },
  {
    capability: { codeLensProvider: { resolveProvider: false } },
    register: (session) =>
      session.connection.onCodeLens(async ({ textDocument: { uri } }) => {
        await session.settle(uri);
        return on(session, uri, codeLenses);
      }),
  },
  {
    capability: {},
    register: (session) => {
      onOwnRequest(session.connection, switchDeploymentRequest, async ({ uri, id, to }) => {
        await session.settle(uri);
        return switchDeployment(session.documents.get(uri), id, to);
      });
      onOwnRequest(session.connection, workerPositionsRequest, async ({ uri }) => {
        await session.settle(uri);
        return workerPositions(session.documents.get(uri));
      });
    },
  },
];

function on<T>(session: Session, uri: string, feature: (document: OpenDocument) => T): T | null {
  const document = session.documents.get(uri);
  return document ? feature(document) : null;
}
