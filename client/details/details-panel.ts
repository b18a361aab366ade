import * as vscode from 'vscode';
import type { MasterLink } from '../master/master-link.ts';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { type Asked, describeDetails } from './describe-details.ts';
import { detailsPage, distFolder } from './details-page.ts';
import { detailsCommands, type FromPage, type ToPage } from './details-model.ts';
import { PageNews } from './page-news.ts';

/** Changes within this time are shown together. Milliseconds. */
const frameMs = 50;

/** The history is asked for at most this often, and only when something has happened. Milliseconds. */
const askMs = 2_000;

/** The details of one worker in a panel: fed by what the master pushes, and only while it can be seen. */
export class DetailsPanel implements vscode.Disposable {
  readonly ref: WorkerRef;
  readonly #masters: Masters;
  readonly #panel: vscode.WebviewPanel;
  readonly #show: (ref: WorkerRef) => void;
  readonly #subscriptions: { dispose(): void }[];
  #asked: Asked = { samples: [], transitions: [], configuration: [] };
  /** What the last answers were about. */
  #askedOf = '';
  #askedAt = 0;
  #configured = false;
  readonly #news = new PageNews();
  #timer: NodeJS.Timeout | undefined;

  constructor(masters: Masters, panel: vscode.WebviewPanel, ref: WorkerRef, show: (ref: WorkerRef) => void) {
    this.ref = ref;
    this.#masters = masters;
    this.#panel = panel;
    this.#show = show;
    panel.title = ref.id;
    panel.iconPath = {
      light: vscode.Uri.joinPath(distFolder, '..', 'media', 'workers-file-light.svg'),
      dark: vscode.Uri.joinPath(distFolder, '..', 'media', 'workers-file-dark.svg'),
    };
    const changed = ({ file }: { readonly file: string }, ids?: Iterable<string>) => {
      if (file !== ref.file) return;
      this.#news.changed(ids);
      this.#soon();
    };
    this.#subscriptions = [
      masters.onDidAdd((link) => changed(link)),
      masters.onDidChange(({ link, workers }) =>
        changed(
          link,
          workers?.map(({ after }) => after.id),
        ),
      ),
      masters.onDidRemove((file) => changed({ file })),
      vscode.workspace.onDidSaveTextDocument(({ languageId, uri }) => {
        if (!languageId.startsWith('hsu-') && !uri.path.endsWith('package.yaml')) return;
        this.#configured = false;
        this.#soon();
      }),
      panel.onDidChangeViewState(() => {
        // The editor throws the page of a hidden panel away, and loads it anew when the panel is shown again.
        if (!panel.visible) this.#news.pageGone();
      }),
      panel.webview.onDidReceiveMessage((message: FromPage) => this.#hear(message)),
    ];
    panel.webview.html = detailsPage(panel.webview, ref);
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#panel.dispose();
  }

  #hear(message: FromPage): void {
    const uri = vscode.Uri.file(this.ref.file);
    switch (message.kind) {
      case 'ready':
        this.#news.pageReady();
        this.#configured = false;
        this.#soon();
        return;
      case 'act':
        if (!Object.hasOwn(detailsCommands, message.action)) return;
        void vscode.commands.executeCommand(detailsCommands[message.action], uri, this.ref.id);
        return;
      case 'browse': {
        const known = this.#masters.worker(this.ref)?.endpoints.some(({ address }) => address === message.address);
        if (known) void vscode.env.openExternal(vscode.Uri.parse(message.address));
        return;
      }
      case 'show':
        this.#show({ file: this.ref.file, id: String(message.id) });
    }
  }

  #soon(): void {
    if (!this.#news.isReady) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#update();
    }, frameMs);
  }

  async #update(): Promise<void> {
    const link = this.#masters.link(this.ref.file);
    if (link && this.#draw(link)) {
      if (await this.#ask(link)) this.#draw(link);
      return;
    }
    this.#news.changed();
    this.#post({ kind: 'nothing', why: this.#whyNothing(link) });
  }

  /** Shows what is known; false when that is nothing. */
  #draw(link: MasterLink): boolean {
    const worker = link.worker(this.ref.id);
    if (!worker) return false;
    const { ids } = this.#news;
    const workers = ids ? [...ids].flatMap((id) => link.worker(id) ?? []) : link.workers;
    const name = vscode.workspace.asRelativePath(link.file);
    const model = describeDetails(worker, workers, this.#asked, name, Date.now());
    if (this.#post({ kind: 'show', model, onlyChanged: ids !== undefined })) this.#news.told();
    return true;
  }

  /** Asks the master for what snapshots do not hold; true when it answered. */
  async #ask(link: MasterLink): Promise<boolean> {
    const { id } = this.ref;
    const { state, since } = link.worker(id) ?? {};
    const about = `${state} ${since}`;
    if (this.#configured && about === this.#askedOf && Date.now() - this.#askedAt < askMs) return false;
    const wasConfigured = this.#configured;
    this.#askedOf = about;
    this.#askedAt = Date.now();
    this.#configured = true;
    try {
      const [samples, transitions, configuration] = await link.ask((master) =>
        Promise.all([
          master.history(id),
          master.timeline(id),
          wasConfigured ? this.#asked.configuration : master.configuration(id),
        ]),
      );
      this.#asked = { samples, transitions, configuration };
      return true;
    } catch {
      // A master that went away is asked again when it is back.
      this.#configured = false;
      return false;
    }
  }

  #whyNothing(link: MasterLink | undefined): string {
    if (!vscode.workspace.isTrusted) return vscode.l10n.t('This workspace is not trusted, so no worker is run here.');
    if (!link) return vscode.l10n.t('Waiting for the master of {0}.', vscode.workspace.asRelativePath(this.ref.file));
    switch (link.state.kind) {
      case 'given-up':
        return vscode.l10n.t('The master does not run: {0}', link.state.reason);
      case 'connected':
        return vscode.l10n.t('The workers file has no worker “{0}” any more.', this.ref.id);
      default:
        return vscode.l10n.t('The master is starting.');
    }
  }

  /** False where there is no page to be told. */
  #post(message: ToPage): boolean {
    if (!this.#news.isReady) return false;
    void this.#panel.webview.postMessage(message);
    return true;
  }
}
