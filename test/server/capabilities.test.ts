import assert from 'node:assert/strict';
import { CancellationTokenSource, LSPErrorCodes } from 'vscode-languageserver/node';
import { LanguageClient } from '../support/language-client.ts';

const place = { position: { line: 1, character: 10 } };
const range = { range: { start: { line: 0, character: 0 }, end: { line: 4, character: 0 } } };
const options = { options: { tabSize: 2, insertSpaces: true } };

/** What each capability lets an editor ask, about a document unless it begins with `workspace/`. */
const requests: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  diagnosticProvider: { diagnostic: {}, 'workspace/diagnostic': { previousResultIds: [] } },
  completionProvider: { completion: place },
  hoverProvider: { hover: place },
  codeLensProvider: { codeLens: {} },
  codeActionProvider: { codeAction: { ...range, context: { diagnostics: [] } } },
  definitionProvider: { definition: place },
  referencesProvider: { references: { ...place, context: { includeDeclaration: true } } },
  documentHighlightProvider: { documentHighlight: place },
  renameProvider: { prepareRename: place, rename: { ...place, newName: 'other' } },
  linkedEditingRangeProvider: { linkedEditingRange: place },
  documentSymbolProvider: { documentSymbol: {} },
  workspaceSymbolProvider: { 'workspace/symbol': { query: '' } },
  foldingRangeProvider: { foldingRange: {} },
  selectionRangeProvider: { selectionRange: { positions: [place.position] } },
  documentLinkProvider: { documentLink: {} },
  inlayHintProvider: { inlayHint: range },
  semanticTokensProvider: { 'semanticTokens/full': {}, 'semanticTokens/range': range },
  documentFormattingProvider: { formatting: options },
  documentRangeFormattingProvider: { rangeFormatting: { ...options, ...range } },
  documentOnTypeFormattingProvider: { onTypeFormatting: { ...options, ...place, ch: '\n' } },
};
/** Told in notifications, which nobody answers. */
const told = ['textDocumentSync', 'workspace'];

describe('what the server says that it can do', () => {
  const uri = 'untitled:workers.yaml';
  let client: LanguageClient;
  const ask = (method: string, params: object) =>
    client.connection.sendRequest(method.startsWith('workspace/') ? method : `textDocument/${method}`, {
      textDocument: { uri },
      ...params,
    });

  beforeEach(() => (client = new LanguageClient()));
  afterEach(() => client.dispose());

  it('it answers', async () => {
    const offered = await client.initialize({ textDocument: { diagnostic: {} } });
    await client.open(uri, 'workers:\n  - id: one\n    type: process\n', 'hsu-workers');
    assert.deepEqual(Object.keys(offered).toSorted(), [...Object.keys(requests), ...told].toSorted());
    for (const [method, params] of Object.values(requests).flatMap((asked) => Object.entries(asked))) {
      await assert.doesNotReject(ask(method, params), method);
    }
  });

  describe('is given up when nobody waits for it any more:', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `  - id: w${index}\n    type: process\n`).join('');
    const everything = { range: { start: { line: 0, character: 0 }, end: { line: 20_000, character: 0 } } };
    const long: readonly (readonly [string, object])[] = [
      ['diagnostic', {}],
      ['codeLens', {}],
      ['semanticTokens/full', {}],
      ['documentSymbol', {}],
      ['formatting', options],
      ['inlayHint', everything],
    ];
    for (const [method, params] of long) {
      it(method, async () => {
        await client.initialize({ textDocument: { diagnostic: {} } });
        await client.open(uri, `workers:\n${many}`, 'hsu-workers');
        const source = new CancellationTokenSource();
        const answer = client.connection.sendRequest(
          `textDocument/${method}`,
          { textDocument: { uri }, ...params },
          source.token,
        );
        source.cancel();
        await assert.rejects(answer, { code: LSPErrorCodes.RequestCancelled });
      });
    }
  });
});
