import { pathToFileURL } from 'node:url';
import {
  CodeLensRefreshRequest,
  InlayHintRefreshRequest,
  type Connection,
  type InitializeParams,
} from 'vscode-languageserver';
import { CachedFacts, type CachedWorldOptions } from '../master/world/cached-world.ts';
import type { Diagnostic } from 'vscode-languageserver-types';
import type { OpenDocument } from './document.ts';
import { Documents } from './documents.ts';
import { withPage } from './code-pages.ts';
import { diagnostics } from './features/diagnostics.ts';
import { offeredElsewhere } from './features/offered-elsewhere.ts';
import { nextTurn } from './next-turn.ts';
import { OfferedPackages } from './offered-packages.ts';
import type { ShownNews } from './shown-news.ts';
import { WorkspaceFiles } from './workspace-files.ts';

/** What the editor at the other end can do. */
export interface ClientAbilities {
  readonly pullsDiagnostics: boolean;
  readonly opensCodePages: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  readonly refreshesHints: boolean;
  readonly snippets: boolean;
  readonly watchesFiles: boolean;
  readonly changesFolders: boolean;
  readonly tellsConfiguration: boolean;
  readonly tellsOfConfiguration: boolean;
}

export function abilitiesOf({ capabilities }: InitializeParams): ClientAbilities {
  const { textDocument, workspace } = capabilities;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    opensCodePages: textDocument?.publishDiagnostics?.codeDescriptionSupport ?? false,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    refreshesLenses: workspace?.codeLens?.refreshSupport ?? false,
    refreshesHints: workspace?.inlayHint?.refreshSupport ?? false,
    snippets: textDocument?.completion?.completionItem?.snippetSupport ?? false,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    changesFolders: workspace?.workspaceFolders ?? false,
    tellsConfiguration: workspace?.configuration ?? false,
    tellsOfConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
  };
}

export interface SessionOptions extends Omit<CachedWorldOptions, 'changed'> {
  /** Called once, when the first document has been read. */
  readonly firstRead?: () => void;
  /** How long an answer waits for files and repositories to be looked up. */
  readonly patienceMs?: number;
}

/** What is shown beside the text. */
type Besides = Pick<ShownNews, 'lenses' | 'hints'>;

/** One editor's connection: its documents, and telling it when what was said of them has changed. */
export class Session {
  readonly connection: Connection;
  readonly documents: Documents;
  readonly facts: CachedFacts;
  readonly offers: OfferedPackages;
  readonly workspace = new WorkspaceFiles((uri) => this.#readClosed(uri));
  /** Whether the editor has said that it needs nothing more. */
  hasEnded = false;
  /** Whether the editor has an answer about the workspace already. */
  workspaceTold = false;
  abilities: ClientAbilities = {
    pullsDiagnostics: false,
    opensCodePages: false,
    refreshesDiagnostics: false,
    refreshesLenses: false,
    refreshesHints: false,
    snippets: false,
    watchesFiles: false,
    changesFolders: false,
    tellsConfiguration: false,
    tellsOfConfiguration: false,
  };
  /** Raised whenever findings may differ though the text is the same. */
  #generation = 0;
  readonly #toPublish = new Set<string>();
  #publishing = false;
  #besidesRefresh: NodeJS.Timeout | undefined;
  /** What of it is to be asked for anew. */
  #besides: Besides = { lenses: false, hints: false };
  #firstRead: (() => void) | undefined;
  readonly #patienceMs: number;

  constructor(connection: Connection, { firstRead, patienceMs = 250, ...options }: SessionOptions = {}) {
    this.connection = connection;
    this.#firstRead = firstRead;
    this.#patienceMs = patienceMs;
    this.facts = new CachedFacts({ ...options, changed: (questions) => this.#factsChanged(questions) });
    this.documents = new Documents(this.facts);
    this.offers = new OfferedPackages(connection, patienceMs, (uri) => this.#offersChanged(uri));
  }

  /** Names the findings of a document as they are now. */
  resultId(uri: string): string {
    return `${this.documents.get(uri)?.version ?? 0}.${this.#generation}`;
  }

  /** Waits until the files that a document names were looked up, but not for long. */
  async settle(uri: string): Promise<void> {
    await this.readAll(uri);
    // One fact leads to the next: a package that is found names the files to look for.
    const facts = async () => {
      while (this.documents.get(uri) && !this.facts.isSettled) {
        await this.facts.settled();
        await this.readAll(uri);
      }
    };
    await this.#inTime(facts());
    await this.readAll(uri);
    this.#firstRead?.();
    this.#firstRead = undefined;
  }

  /** An answer; given anew once what it asked of the machine for the first time was looked up. */
  async informed<T>(answer: () => T | Promise<T>): Promise<T> {
    const { asked } = this.facts;
    const first = await answer();
    if (this.facts.asked === asked) return first;
    await this.#inTime(this.facts.settled());
    return answer();
  }

  /** Waits for what is looked up, but not for long. */
  async #inTime(lookUp: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const impatient = new Promise<void>((resolve) => (timer = setTimeout(resolve, this.#patienceMs)));
    try {
      await Promise.race([lookUp, impatient]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The other documents that share names with one: those that are open, those of the workspace, and the manifests it can name. */
  async related(document: OpenDocument): Promise<OpenDocument[]> {
    const open = [...this.documents.all()].filter(({ kind }) => kind !== 'foreign');
    const manifests = (document.world.packages() ?? []).map(({ manifestPath }) => pathToFileURL(manifestPath).href);
    const closed = new Set([...(await this.workspace.uris()), ...manifests]);
    for (const { uri } of open) closed.delete(uri);
    const read = await Promise.all([...closed].map((uri) => this.workspace.document(uri)));
    return [...open, ...read.filter((one) => one !== undefined)];
  }

  /** The workers file that a document is laid over, and the others that are. */
  async overlaid({ uri }: OpenDocument): Promise<OpenDocument[]> {
    const folder = uri.slice(0, uri.lastIndexOf('/') + 1);
    const beside = (one: string) =>
      one !== uri && one.startsWith(folder) && /^workers(?:\.[^/]+)?\.ya?ml$/i.test(one.slice(folder.length));
    const uris = new Set([...(await this.workspace.uris()), ...[...this.documents.all()].map((one) => one.uri)]);
    const found = await Promise.all(
      [...uris].filter(beside).map((one) => this.documents.get(one) ?? this.workspace.document(one)),
    );
    return found.filter((one) => one !== undefined);
  }

  /** Everything wrong with a document, also while it runs. */
  async findings(document: OpenDocument): Promise<Diagnostic[]> {
    const told = diagnostics(document, await this.documents.belowFailures(document));
    const found = offeredElsewhere(document, told, () => this.offers.known(document.uri));
    return this.abilities.opensCodePages ? found.map(withPage) : found;
  }

  /** Every document that is open, and every configuration file of the workspace. */
  async everything(): Promise<OpenDocument[]> {
    const closed = (await this.workspace.uris()).filter((uri) => !this.documents.get(uri));
    const read = await Promise.all(closed.map((uri) => this.workspace.document(uri)));
    return [...this.documents.all(), ...read.filter((one) => one !== undefined)];
  }

  /** A file that no editor has open, with everything known that it asks of the machine. */
  async #readClosed(uri: string): Promise<OpenDocument | undefined> {
    let document = await this.documents.readClosed(uri);
    // One fact leads to the next; a few steps are enough for any file.
    for (let step = 0; document && step < 8; step++) {
      const workers = document.kind === 'workers' ? document.workers : undefined;
      await inTurns((stop) => workers?.readSome(stop) ?? true);
      diagnostics(document);
      if (this.facts.isSettled) break;
      await this.facts.settled();
      document = await this.documents.readClosed(uri);
    }
    return document;
  }

  /** A document was opened: it may begin anew with a version that it had before, with another text. */
  opened(uri: string): void {
    this.#generation++;
    this.workspace.editorsChanged();
    this.documentChanged(uri);
  }

  /** The text of a document or its snapshots changed. */
  documentChanged(uri: string): void {
    this.overlayChanged(uri);
    if (this.abilities.pullsDiagnostics) return;
    this.#toPublish.add(uri);
    this.#publish().catch((error: unknown) => this.connection.console.error(String(error)));
  }

  closed(uri: string): void {
    this.overlayChanged(uri);
    void this.workspace.uris().then((uris) => {
      // Of a file of the workspace findings are told as long as it is there.
      if (!uris.includes(uri) && !this.documents.get(uri)) this.offers.forget(uri);
    });
    this.#toPublish.delete(uri);
    if (!this.abilities.pullsDiagnostics) void this.connection.sendDiagnostics({ uri, diagnostics: [] });
  }

  /** What is known of the workers of a file is news where something shows it: nothing else is asked for anew. */
  snapshotsChanged(uri: string, { findings, ...besides }: ShownNews): void {
    if (findings) {
      this.#generation++;
      // Failures are findings of files that no editor has open, too.
      this.workspace.statesChanged();
    }
    const concerned = this.documents.showing(uri);
    if (concerned.length === 0) return;
    if (findings) this.#refreshDiagnostics(concerned);
    this.#refreshBesides(besides);
  }

  /** Another overlay is laid over a document. */
  overlaySelected(uri: string): void {
    this.workspace.statesChanged();
    if (this.documents.showing(uri).length > 0) this.#refreshBesides({ lenses: true, hints: true });
  }

  /** The content of a file changed, which may be laid over a document. */
  overlayChanged(overlay: string): void {
    if (this.documents.isLaid(overlay)) this.#refreshBesides({ lenses: true, hints: true });
  }

  dispose(): void {
    this.hasEnded = true;
    clearTimeout(this.#besidesRefresh);
    this.offers.dispose();
  }

  /** Has what is shown beside the text asked for anew, soon and once for all that changes until then. */
  #refreshBesides({ lenses, hints }: Besides): void {
    if (!lenses && !hints) return;
    this.#besides = { lenses: lenses || this.#besides.lenses, hints: hints || this.#besides.hints };
    this.#besidesRefresh ??= setTimeout(() => {
      const { lenses, hints } = this.#besides;
      this.#besides = { lenses: false, hints: false };
      this.#besidesRefresh = undefined;
      const { refreshesLenses, refreshesHints } = this.abilities;
      if (lenses && refreshesLenses)
        void this.connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
      if (hints && refreshesHints)
        void this.connection.sendRequest(InlayHintRefreshRequest.type).catch(() => undefined);
    }, 100);
  }

  /** Repositories offer other packages for a file than was known. */
  #offersChanged(uri: string): void {
    this.workspace.statesChanged();
    if (!this.documents.get(uri)) return;
    this.#generation++;
    this.#refreshDiagnostics([uri]);
  }

  #factsChanged(questions: ReadonlySet<string>): void {
    this.workspace.factsChanged();
    const concerned = this.documents.refresh(questions).map(({ uri }) => uri);
    if (concerned.length === 0) return;
    this.#generation++;
    this.#refreshDiagnostics(concerned);
  }

  #refreshDiagnostics(uris: readonly string[]): void {
    if (this.abilities.pullsDiagnostics) {
      if (this.abilities.refreshesDiagnostics) void this.connection.languages.diagnostics.refresh();
    } else uris.forEach((uri) => this.documentChanged(uri));
  }

  /** Publishes whatever changed, one document after the other, each in its newest state. */
  async #publish(): Promise<void> {
    if (this.#publishing) return;
    this.#publishing = true;
    try {
      for (const uri of this.#toPublish) {
        await this.settle(uri);
        this.#toPublish.delete(uri);
        const document = this.documents.get(uri);
        if (document && document.kind !== 'foreign') {
          const { version } = document;
          const found = await this.findings(document);
          // Who was closed meanwhile is told nothing any more, and what was changed is in line already.
          if (this.documents.get(uri)?.version !== version) continue;
          await this.connection.sendDiagnostics({ uri, version, diagnostics: found });
        }
      }
    } finally {
      this.#publishing = false;
    }
  }

  /** Reads a large document in slices, so that other requests are answered in between. */
  readAll(uri: string): Promise<void> {
    return inTurns((stop) => this.documents.workers(uri)?.workers.readSome(stop) ?? true);
  }

  /** What an open document is asked, or null; waits while its workers are still being told apart. */
  on<T>(uri: string, ask: (document: OpenDocument) => T | Promise<T>): T | null | Promise<T | null> {
    const answer = (): T | null | Promise<T> => {
      const document = this.documents.get(uri);
      return document ? ask(document) : null;
    };
    const open = (stop: () => boolean) => this.documents.workers(uri)?.workers.openSome(stop) ?? true;
    return open(until(sliceMs)) ? answer() : inTurns(open).then(answer);
  }
}

/** How long reading keeps everybody else waiting. */
const sliceMs = 15;

/** Does some work until it says that it is done, a slice of it in each turn. */
async function inTurns(work: (stop: () => boolean) => boolean): Promise<void> {
  while (!work(until(sliceMs))) await nextTurn();
}

function until(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}
