import * as vscode from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  type CloseHandlerResult,
  ErrorAction,
  InlayHintRequest,
  LanguageClient,
  type LanguageClientOptions,
  Location,
  Position,
  RevealOutputChannelOn,
  State,
  TransportKind,
} from 'vscode-languageclient/node';
import { notify } from '../notify.ts';
import { setting } from '../settings.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import {
  type DocumentKind,
  documentKindRequest,
  overlayNotification,
  switchDeploymentRequest,
  type SwitchDeploymentParams,
  type SwitchDeploymentResult,
  workerLensesRequest,
  workerPositionsRequest,
  type SnapshotsForServer,
  workerSnapshotsNotification,
} from '../../server/protocol.ts';
import { type LensesOfFile, WorkerLenses } from '../lenses/worker-lenses.ts';
import type { Language, PlacedWorker } from './language.ts';
import { ServerLosses } from './server-losses.ts';
import { OwnLanguages } from './own-languages.ts';

/** Other tools have files of these names too: the server tells by their content which are ours. */
const maybeOurs = [{ language: 'yaml', pattern: '**/{package,workers-*}.{yaml,yml}' }];
const workersFiles = { language: 'hsu-workers' };
const documentSelector = [workersFiles, { language: 'hsu-package' }, ...maybeOurs];

/** The language server as a child process, started again when it dies. */
export class LanguageServer implements Language, vscode.Disposable {
  readonly #client: LanguageClient;
  readonly #log: vscode.LogOutputChannel;
  readonly #losses = new ServerLosses(Date.now);
  #started: Promise<void>;
  readonly #ownLanguages: OwnLanguages;
  readonly #lenses: vscode.Disposable;
  readonly #hints: vscode.Disposable;
  readonly #trust: vscode.Disposable;
  /** The newest snapshots by URI: a server that was started again is told them anew. */
  readonly #snapshots = new Map<string, readonly WorkerSnapshot[] | null>();
  /** The overlays in force by URI, for the same reason. */
  readonly #overlays = new Map<string, string | null>();

  constructor(serverFile: string, log: vscode.LogOutputChannel) {
    // Over stdio the server writes long answers bit by bit; over Node's own channel it could not.
    const launch = { module: serverFile, transport: TransportKind.stdio };
    this.#log = log;
    this.#client = new SilentClient('hsu', 'HSU Language Server', { run: launch, debug: launch }, this.#options());
    this.#client.onDidChangeState(({ newState }) => {
      if (newState !== State.Running) return;
      this.#losses.started();
      this.#sendAll();
    });
    this.#started = this.#start();
    this.#ownLanguages = new OwnLanguages(maybeOurs, (document) => this.#kindOf(document));
    this.#lenses = vscode.languages.registerCodeLensProvider(
      workersFiles,
      new WorkerLenses((document, token) => this.#lensesOf(document, token)),
    );
    this.#hints = followHints(this.#client);
    this.#trust = vscode.workspace.onDidGrantWorkspaceTrust(() => void this.#tellOfConfiguration());
  }

  show(uri: vscode.Uri, workers: readonly WorkerSnapshot[] | null, changed?: readonly WorkerSnapshot[]): void {
    const key = this.#client.code2ProtocolConverter.asUri(uri);
    this.#snapshots.set(key, workers);
    if (this.#client.state !== State.Running) return;
    void this.#send(workers && changed ? { uri: key, changed: shown(changed) } : whole(key, workers));
  }

  lay(uri: vscode.Uri, overlay: vscode.Uri | undefined): void {
    const { asUri } = this.#client.code2ProtocolConverter;
    const key = asUri(uri);
    const laid = overlay ? asUri(overlay) : null;
    if ((this.#overlays.get(key) ?? null) === laid) return;
    this.#overlays.set(key, laid);
    if (this.#client.state === State.Running) void this.#sendOverlay(key, laid);
  }

  async switchDeployment(
    document: vscode.TextDocument,
    wanted: Omit<SwitchDeploymentParams, 'uri'>,
  ): Promise<SwitchDeploymentResult> {
    await this.#started;
    const uri = this.#client.code2ProtocolConverter.asUri(document.uri);
    return this.#client.sendRequest(switchDeploymentRequest, { uri, ...wanted });
  }

  async workerPositions(uri: vscode.Uri): Promise<readonly PlacedWorker[]> {
    await this.#started;
    // The server knows open documents only.
    await vscode.workspace.openTextDocument(uri);
    const places = await this.#client.sendRequest(workerPositionsRequest, {
      uri: this.#client.code2ProtocolConverter.asUri(uri),
    });
    return places.map((place) => ({ id: place.id, range: this.#client.protocol2CodeConverter.asRange(place) }));
  }

  async showReferences(uri: unknown, position: unknown, locations: unknown): Promise<void> {
    if (typeof uri !== 'string' || !Position.is(position) || !Array.isArray(locations)) return;
    const { asLocation, asPosition, asUri } = this.#client.protocol2CodeConverter;
    const places = locations.filter((one) => Location.is(one)).map((one) => asLocation(one));
    await vscode.commands.executeCommand('editor.action.showReferences', asUri(uri), asPosition(position), places);
  }

  async dispose(): Promise<void> {
    this.#ownLanguages.dispose();
    this.#lenses.dispose();
    this.#hints.dispose();
    this.#trust.dispose();
    await this.#client.dispose();
  }

  /** A server that does not answer says nothing twice either. */
  async #kindOf({ uri }: vscode.TextDocument): Promise<DocumentKind> {
    const asked = { uri: this.#client.code2ProtocolConverter.asUri(uri) };
    return this.#started.then(() => this.#client.sendRequest(documentKindRequest, asked)).catch(() => 'foreign');
  }

  async #lensesOf({ uri }: vscode.TextDocument, token: vscode.CancellationToken): Promise<LensesOfFile> {
    const none = { uri: this.#client.code2ProtocolConverter.asUri(uri), rows: [], workers: [] };
    try {
      await this.#started;
      return { ...none, ...(await this.#client.sendRequest(workerLensesRequest, { uri: none.uri }, token)) };
    } catch (error) {
      return this.#client.handleFailedRequest(workerLensesRequest, token, error, none);
    }
  }

  #start(): Promise<void> {
    const started = this.#client.start();
    started.catch((error: unknown) => this.#log.error(`The language server does not start: ${String(error)}`));
    return started;
  }

  #options(): LanguageClientOptions {
    return {
      documentSelector,
      middleware: {
        workspace: {
          // Where packages come from is asked for, and nothing is looked for in a workspace that is not trusted.
          configuration: (params, token, next) =>
            vscode.workspace.isTrusted ? next(params, token) : params.items.map(() => null),
        },
        // Those of a workers file are asked for in few words. When they are to be asked for anew, the editor asks everybody.
        provideCodeLenses: (document, token, next) =>
          vscode.languages.match(workersFiles, document) > 0 ? [] : next(document, token),
        provideInlayHints: (document, range, token, next) =>
          setting('inlayHints.enabled', document.uri) ? next(document, range, token) : [],
      },
      outputChannel: this.#log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => this.#lost(),
      },
    };
  }

  /** Restarts it with back-off, and says so once; asks where that does not help. */
  async #lost(): Promise<CloseHandlerResult> {
    const { restartAfterMs, isNews } = this.#losses.lost();
    if (restartAfterMs === undefined) {
      this.#log.error('The language server has ended again and again, and is not restarted.');
      void this.#askToRetry();
      return { action: CloseAction.DoNotRestart, handled: true };
    }
    this.#log.warn('The language server has ended and is being restarted.');
    if (isNews) void this.#say();
    await new Promise((resolve) => setTimeout(resolve, restartAfterMs));
    return { action: CloseAction.Restart, handled: true };
  }

  async #say(): Promise<void> {
    const showLog = vscode.l10n.t('Show Log');
    const message = vscode.l10n.t('The language server has ended and is being restarted.');
    if ((await notify('ended', 'warning', message, showLog)) === showLog) this.#log.show();
  }

  async #askToRetry(): Promise<void> {
    const retry = vscode.l10n.t('Try Again');
    const showLog = vscode.l10n.t('Show Log');
    const message = vscode.l10n.t(
      'The language server has ended again and again: no findings or completion are shown.',
    );
    const chosen = await vscode.window.showErrorMessage(message, retry, showLog);
    if (chosen === retry) {
      this.#losses.forget();
      this.#started = this.#start();
    } else if (chosen === showLog) this.#log.show();
  }

  #sendAll(): void {
    for (const [uri, overlay] of this.#overlays) void this.#sendOverlay(uri, overlay);
    for (const [uri, workers] of this.#snapshots) void this.#send(whole(uri, workers));
  }

  /** A server that dies meanwhile is told when it is back. */
  async #send(news: SnapshotsForServer): Promise<void> {
    await this.#client.sendNotification(workerSnapshotsNotification, news).catch(() => undefined);
  }

  /** The server asks for the settings anew; one that dies meanwhile asks for them anyway. */
  async #tellOfConfiguration(): Promise<void> {
    const changed = { settings: null };
    await this.#client.sendNotification(DidChangeConfigurationNotification.type, changed).catch(() => undefined);
  }

  async #sendOverlay(uri: string, overlay: string | null): Promise<void> {
    await this.#client.sendNotification(overlayNotification, { uri, overlay }).catch(() => undefined);
  }
}

function whole(uri: string, workers: readonly WorkerSnapshot[] | null): SnapshotsForServer {
  return { uri, workers: workers && shown(workers) };
}

/** Without the neighbours in a module host: the server shows none, and to list them all is much where they are many. */
function shown(workers: readonly WorkerSnapshot[]): readonly WorkerSnapshot[] {
  return workers.map((worker) => ({ ...worker, fate: { scope: worker.fate.scope, with: [] } }));
}

/** What its library would put on the screen goes to the log: what is to be said is said once, by whoever started it. */
class SilentClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Whoever switches the hints off or on sees it at once. */
function followHints(client: LanguageClient): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (!change.affectsConfiguration('hsu.inlayHints.enabled')) return;
    for (const document of vscode.workspace.textDocuments) {
      client.getFeature(InlayHintRequest.method).getProvider(document)?.onDidChangeInlayHints.fire();
    }
  });
}
