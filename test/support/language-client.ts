import { PassThrough } from 'node:stream';
import { createConnection } from 'vscode-languageserver/node';
import type {
  CodeLens,
  CompletionItem,
  CompletionList,
  Diagnostic,
  DocumentDiagnosticReport,
  WorkspaceDiagnosticReport,
} from 'vscode-languageserver';
import { StreamMessageReader, StreamMessageWriter } from 'vscode-languageserver/node';
import { createMessageConnection, type MessageConnection } from 'vscode-jsonrpc/node';
import { serve } from '../../server/serve.ts';

/** More than any look-up takes on a busy machine: what an answer rests on is there when it comes. */
const patienceMs = 15_000;

/** An editor at the other end of an in-memory stream, with the real server at this one. */
export class LanguageClient {
  readonly connection: MessageConnection;
  readonly #waiting: {
    readonly uri: string;
    readonly version: number;
    readonly done: (found: Diagnostic[]) => void;
  }[] = [];
  readonly #end: () => void;

  constructor() {
    const toServer = new PassThrough();
    const toClient = new PassThrough();
    const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
    // The server must not end the test when its editor leaves.
    serve(server, { patienceMs });
    this.connection = createMessageConnection(toClient, toServer);
    this.connection.onNotification(
      'textDocument/publishDiagnostics',
      ({ uri, version, diagnostics }: { uri: string; version?: number; diagnostics: Diagnostic[] }) => {
        for (const one of [...this.#waiting]) {
          if (one.uri !== uri || (version ?? 0) < one.version) continue;
          this.#waiting.splice(this.#waiting.indexOf(one), 1);
          one.done(diagnostics);
        }
      },
    );
    this.connection.onRequest('client/registerCapability', () => null);
    this.connection.onRequest('workspace/diagnostic/refresh', () => null);
    this.connection.listen();
    this.#end = () => {
      this.connection.dispose();
      server.dispose();
      toServer.destroy();
      toClient.destroy();
    };
  }

  async initialize(capabilities: object, rootUri: string | null = null): Promise<Record<string, unknown>> {
    const { capabilities: offered } = await this.connection.sendRequest<{ capabilities: Record<string, unknown> }>(
      'initialize',
      { processId: null, rootUri, capabilities },
    );
    await this.connection.sendNotification('initialized', {});
    return offered;
  }

  async open(uri: string, text: string, languageId = 'yaml'): Promise<void> {
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  async change(uri: string, version: number, contentChanges: readonly object[]): Promise<void> {
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  pull(uri: string, previousResultId?: string): Promise<DocumentDiagnosticReport> {
    return this.connection.sendRequest('textDocument/diagnostic', {
      textDocument: { uri },
      ...(previousResultId && { previousResultId }),
    });
  }

  /** Asks for the findings of the files that are not open. */
  pullWorkspace(previousResultIds: readonly { uri: string; value: string }[] = []): Promise<WorkspaceDiagnosticReport> {
    return this.connection.sendRequest('workspace/diagnostic', { previousResultIds });
  }

  /** The next findings pushed for a document of this version or a later one. */
  pushed(uri: string, version = 1): Promise<Diagnostic[]> {
    return new Promise((done) => this.#waiting.push({ uri, version, done }));
  }

  async complete(uri: string, line: number, character: number): Promise<CompletionItem[]> {
    const { items } = await this.connection.sendRequest<CompletionList>('textDocument/completion', {
      textDocument: { uri },
      position: { line, character },
    });
    return items;
  }

  lenses(uri: string): Promise<CodeLens[]> {
    return this.connection.sendRequest('textDocument/codeLens', { textDocument: { uri } });
  }

  dispose(): void {
    this.#end();
  }
}
