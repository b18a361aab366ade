import { pathToFileURL } from 'node:url';
import { CodeActionKind, CompletionRequest, ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ServerCapabilities } from 'vscode-languageserver';
import type { OpenDocument } from './document.ts';
import { codeActions } from './features/code-actions.ts';
import { codeLenses, workerLenses } from './features/code-lenses.ts';
import { completion } from './features/completion.ts';
import { definition, highlights, prepareRename, references, rename } from './features/navigation.ts';
import { documentLinks } from './features/links.ts';
import { formatting } from './features/formatting.ts';
import { inlayHints } from './features/inlay-hints.ts';
import { linkedEditing } from './features/linked-editing.ts';
import { semanticTokens, tokenModifiers, tokenTypes } from './features/semantic-tokens.ts';
import { foldingRanges, selectionRanges } from './features/structure.ts';
import { documentSymbols, workspaceSymbols } from './features/symbols.ts';
import { hover } from './features/hover.ts';
import { documentOf, refactoringKinds, resolveRefactoring } from './features/refactorings.ts';
import { switchDeployment } from './features/switch-deployment.ts';
import { workerPositions } from './features/worker-positions.ts';
import { symbolAt } from './features/symbol-at.ts';
import { inSlices } from './in-slices.ts';
import { onOwnRequest } from './own-messages.ts';
import {
  documentKindRequest,
  switchDeploymentRequest,
  workerLensesRequest,
  workerPositionsRequest,
} from './protocol.ts';
import type { Session } from './session.ts';
import { workspaceDiagnostics } from './workspace-diagnostics.ts';

interface Feature {
  readonly capability: Partial<ServerCapabilities>;
  readonly register: (session: Session) => void;
}

/** Everything the server can do: what it tells the editor, and the function that does it. */
export const features: readonly Feature[] = [
  {
    capability: { diagnosticProvider: { identifier: 'hsu', interFileDependencies: true, workspaceDiagnostics: true } },
    register: (session) => {
      const { diagnostics: requests } = session.connection.languages;
      requests.on(async ({ textDocument: { uri }, previousResultId }, cancelled) => {
        await session.settle(uri);
        if (cancelled.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
        const resultId = session.resultId(uri);
        const document = session.documents.get(uri);
        if (!document) return { kind: 'full', items: [] };
        if (resultId === previousResultId) return { kind: 'unchanged', resultId };
        return { kind: 'full', resultId, items: await session.findings(document) };
      });
      requests.onWorkspace(({ previousResultIds }, token) =>
        workspaceDiagnostics(session, new Map(previousResultIds.map(({ uri, value }) => [uri, value])), token),
      );
    },
  },
  {
    capability: {
      completionProvider: { triggerCharacters: [':', ' ', '-', '"', '/', '{', '$', '*'], resolveProvider: false },
    },
    register: (session) =>
      session.connection.onRequest(CompletionRequest.type, ({ textDocument, position }) =>
        session.offers.answer(textDocument.uri, (offers) =>
          session.informed(() =>
            session.on(textDocument.uri, (document) => {
              const { snippets } = session.abilities;
              return completion(document, document.places.offsetAt(position), { snippets, offers });
            }),
          ),
        ),
      ),
  },
  {
    capability: { hoverProvider: true },
    register: (session) =>
      session.connection.onHover(({ textDocument, position }) =>
        session.on(textDocument.uri, (document) => hover(document, document.places.offsetAt(position))),
      ),
  },
  {
    capability: { codeLensProvider: { resolveProvider: false } },
    register: (session) =>
      session.connection.onCodeLens(async ({ textDocument: { uri } }, cancelled) => {
        await session.settle(uri);
        return session.on(uri, async (document) => {
          const others = document.kind === 'package' ? await session.related(document) : [];
          const overlay = await session.documents.overlayOf(uri);
          return inSlices(codeLenses(document, { others, overlay }), cancelled);
        });
      }),
  },
  {
    capability: {
      codeActionProvider: {
        codeActionKinds: [
          CodeActionKind.QuickFix,
          CodeActionKind.RefactorRewrite,
          `${CodeActionKind.SourceFixAll}.hsu`,
          ...refactoringKinds.filter((kind) => kind !== CodeActionKind.RefactorRewrite),
        ],
        resolveProvider: true,
      },
    },
    register: (session) => {
      session.connection.onCodeAction(({ textDocument, range, context }) =>
        session.on(textDocument.uri, (document) => codeActions(document, range, context.only)),
      );
      session.connection.onCodeActionResolve((action) =>
        resolveRefactoring(session.documents.get(documentOf(action) ?? ''), action),
      );
    },
  },
  {
    capability: { definitionProvider: true },
    register: (session) =>
      session.connection.onDefinition(({ textDocument, position }) =>
        session.on(textDocument.uri, async (document) => {
          const offset = document.places.offsetAt(position);
          return definition(document, offset, await related(session, document, offset));
        }),
      ),
  },
  {
    capability: { referencesProvider: true },
    register: (session) =>
      session.connection.onReferences(({ textDocument, position, context }) =>
        session.on(textDocument.uri, async (document) => {
          const offset = document.places.offsetAt(position);
          const others = await related(session, document, offset);
          return references(document, offset, others, context.includeDeclaration);
        }),
      ),
  },
  {
    capability: { documentHighlightProvider: true },
    register: (session) =>
      session.connection.onDocumentHighlight(({ textDocument, position }) =>
        session.on(textDocument.uri, (document) => highlights(document, document.places.offsetAt(position))),
      ),
  },
  {
    capability: { renameProvider: { prepareProvider: true } },
    register: (session) => {
      session.connection.onPrepareRename(({ textDocument, position }) =>
        session.on(textDocument.uri, (document) => prepareRename(document, document.places.offsetAt(position))),
      );
      session.connection.onRenameRequest(({ textDocument, position, newName }) =>
        session.on(textDocument.uri, async (document) => {
          const offset = document.places.offsetAt(position);
          const result = rename(document, offset, newName, await related(session, document, offset));
          return 'edit' in result ? result.edit : new ResponseError(ErrorCodes.InvalidParams, result.refused);
        }),
      );
    },
  },
  {
    capability: { linkedEditingRangeProvider: true },
    register: (session) =>
      session.connection.languages.onLinkedEditingRange(({ textDocument, position }) =>
        session.on(textDocument.uri, (document) => linkedEditing(document, document.places.offsetAt(position))),
      ),
  },
  {
    capability: { documentSymbolProvider: true, workspaceSymbolProvider: true },
    register: (session) => {
      session.connection.onDocumentSymbol(({ textDocument }, cancelled) =>
        session.on(textDocument.uri, (document) => inSlices(documentSymbols(document), cancelled)),
      );
      session.connection.onWorkspaceSymbol(async ({ query }, cancelled) =>
        inSlices(workspaceSymbols(await session.everything(), query), cancelled),
      );
    },
  },
  {
    capability: { foldingRangeProvider: true },
    register: (session) =>
      session.connection.onFoldingRanges(({ textDocument }, cancelled) =>
        session.on(textDocument.uri, (document) => inSlices(foldingRanges(document), cancelled)),
      ),
  },
  {
    capability: { selectionRangeProvider: true },
    register: (session) =>
      session.connection.onSelectionRanges(({ textDocument, positions }) =>
        session.on(textDocument.uri, (document) => selectionRanges(document, positions)),
      ),
  },
  {
    capability: { documentLinkProvider: {} },
    register: (session) =>
      session.connection.onDocumentLinks(({ textDocument }, cancelled) =>
        session.on(textDocument.uri, (document) =>
          inSlices(
            documentLinks(document, (file) => pathToFileURL(file).href),
            cancelled,
          ),
        ),
      ),
  },
  {
    capability: { inlayHintProvider: true },
    register: (session) =>
      session.connection.languages.inlayHint.on(({ textDocument, range }, cancelled) =>
        session.on(textDocument.uri, (document) => inSlices(inlayHints(document, range), cancelled)),
      ),
  },
  {
    capability: {
      semanticTokensProvider: {
        legend: { tokenTypes: [...tokenTypes], tokenModifiers: [...tokenModifiers] },
        full: true,
        range: true,
      },
    },
    register: (session) => {
      const { semanticTokens: tokens } = session.connection.languages;
      const none = { data: [] };
      tokens.on(
        async ({ textDocument }, cancelled) =>
          (await session.on(textDocument.uri, (document) => inSlices(semanticTokens(document), cancelled))) ?? none,
      );
      tokens.onRange(
        async ({ textDocument, range }, cancelled) =>
          (await session.on(textDocument.uri, (document) => inSlices(semanticTokens(document, range), cancelled))) ??
          none,
      );
    },
  },
  {
    capability: {
      documentFormattingProvider: true,
      documentRangeFormattingProvider: true,
      documentOnTypeFormattingProvider: { firstTriggerCharacter: '\n' },
    },
    register: (session) => {
      session.connection.onDocumentFormatting(({ textDocument }, cancelled) =>
        session.on(textDocument.uri, (document) => inSlices(formatting(document), cancelled)),
      );
      session.connection.onDocumentRangeFormatting(({ textDocument, range }, cancelled) =>
        session.on(textDocument.uri, (document) => inSlices(formatting(document, range), cancelled)),
      );
      session.connection.onDocumentOnTypeFormatting(({ textDocument, position: { line } }, cancelled) =>
        session.on(textDocument.uri, (document) => {
          const finished = { line: Math.max(0, line - 1), character: 0 };
          return inSlices(formatting(document, { start: finished, end: finished }), cancelled);
        }),
      );
    },
  },
  {
    capability: {},
    register: (session) => {
      onOwnRequest(session.connection, switchDeploymentRequest, async ({ uri, ...params }) => {
        await session.settle(uri);
        return switchDeployment(session.documents.get(uri), params);
      });
      onOwnRequest(session.connection, documentKindRequest, ({ uri }) => session.documents.get(uri)?.kind ?? 'foreign');
      onOwnRequest(session.connection, workerPositionsRequest, async ({ uri }) => {
        await session.settle(uri);
        return workerPositions(session.documents.get(uri));
      });
      onOwnRequest(session.connection, workerLensesRequest, async ({ uri }, cancelled) => {
        await session.settle(uri);
        const document = session.documents.get(uri);
        if (!document) return { rows: [], workers: [] };
        return inSlices(workerLenses(document, await session.documents.overlayOf(uri)), cancelled);
      });
    },
  },
];

/** The documents that may share the name at an offset: a worker's id belongs to its file and the overlays of it. */
async function related(session: Session, document: OpenDocument, offset: number): Promise<readonly OpenDocument[]> {
  const kind = symbolAt(document, offset)?.kind;
  if (kind === 'worker') await session.readAll(document.uri);
  if (kind === 'package') return session.related(document);
  return kind === 'worker' ? session.overlaid(document) : [];
}
