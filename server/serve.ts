import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type ServerCapabilities,
  TextDocumentSyncKind,
} from 'vscode-languageserver';
import { features } from './features.ts';
import { onOwnNotification } from './own-messages.ts';
import { repositoriesSection } from './offered-packages.ts';
import { overlayNotification, workerSnapshotsNotification } from './protocol.ts';
import { abilitiesOf, Session, type SessionOptions } from './session.ts';

/** Files whose coming, going or changing may alter findings. */
const watched =
  '**/{package.yaml,package.yml,worker-package.yaml,worker-package.yml,workers*.yaml,workers*.yml,*.js,*.mjs,*.cjs,*.ts,*.mts,*.cts,*.wasm,*.so,*.dll,*.dylib}';

/** Answers one editor over a connection, until it leaves. */
export function serve(connection: Connection, options: SessionOptions = {}): Session {
  const session = new Session(connection, options);
  const { documents, facts } = session;
  const capabilities = features.reduce<ServerCapabilities>((all, { capability }) => ({ ...all, ...capability }), {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
  });

  connection.onInitialize((params) => {
    session.abilities = abilitiesOf(params);
    session.offers.isConfigurable = session.abilities.tellsConfiguration;
    session.workspace.folders = params.workspaceFolders?.map(({ uri }) => uri) ?? [params.rootUri ?? []].flat();
    const workspace = { workspaceFolders: { supported: true, changeNotifications: true } };
    return { capabilities: { ...capabilities, workspace }, serverInfo: { name: 'hsu-language-server' } };
  });
  connection.onInitialized(() => {
    if (session.abilities.changesFolders) {
      connection.workspace.onDidChangeWorkspaceFolders(async () => {
        session.workspace.folders = ((await connection.workspace.getWorkspaceFolders()) ?? []).map(({ uri }) => uri);
      });
    }
    if (session.abilities.tellsOfConfiguration) {
      void connection.client.register(DidChangeConfigurationNotification.type, { section: repositoriesSection });
    }
    if (!session.abilities.watchesFiles) return;
    void connection.client.register(DidChangeWatchedFilesNotification.type, { watchers: [{ globPattern: watched }] });
  });
  connection.onDidOpenTextDocument(({ textDocument }) => {
    documents.open(textDocument);
    session.opened(textDocument.uri);
  });
  connection.onDidChangeTextDocument(({ textDocument, contentChanges }) => {
    documents.change(textDocument, contentChanges);
    session.documentChanged(textDocument.uri);
  });
  connection.onDidCloseTextDocument(({ textDocument }) => {
    documents.close(textDocument.uri);
    session.closed(textDocument.uri);
    session.workspace.editorsChanged();
  });
  // A saved file often comes with others that changed on disk.
  connection.onDidSaveTextDocument(() => {
    facts.refresh();
    session.workspace.filesChanged();
  });
  connection.onDidChangeConfiguration(() => session.offers.configurationChanged());
  connection.onDidChangeWatchedFiles(({ changes }) => {
    const paths = changes.flatMap(({ uri }) => pathOf(uri) ?? []);
    if (changes.some(({ uri }) => /\.ya?ml$/i.test(uri))) session.workspace.filesChanged();
    for (const { uri } of changes) session.overlayChanged(uri);
    const manifests = paths.some((file) => /package\.ya?ml$/.test(file));
    facts.refresh((question) =>
      question.startsWith('packages:')
        ? manifests
        : paths.some((file) => question.endsWith(`:${file}`) || question === `folder:${path.dirname(file)}`),
    );
  });
  onOwnNotification(connection, workerSnapshotsNotification, (news) => {
    const shown =
      'changed' in news
        ? documents.changeSnapshots(news.uri, news.changed)
        : documents.setSnapshots(news.uri, news.workers);
    session.snapshotsChanged(news.uri, shown);
  });
  onOwnNotification(connection, overlayNotification, ({ uri, overlay }) => {
    documents.setOverlay(uri, overlay);
    session.overlaySelected(uri);
  });
  connection.onShutdown(() => session.dispose());
  for (const { register } of features) register(session);
  connection.listen();
  return session;
}

function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
