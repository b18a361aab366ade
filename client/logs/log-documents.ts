import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { byTime, prefixOf } from './merge-lines.ts';
import { lineText, linesAroundFailure } from './failure-lines.ts';

export const logScheme = 'hsu-logs';

/** How many lines of a worker a failure or a search looks at. */
const lookedAt = 2_000;

type Query = ({ readonly kind: 'failure' } & WorkerRef) | { readonly kind: 'search'; readonly pattern: string };

/** Output as documents to read: around a failure, or what a search found. Written anew each time they are opened. */
export class LogDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #masters: Masters;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration: vscode.Disposable;
  readonly onDidChange = this.#changed.event;

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(logScheme, this);
  }

  async showFailure(ref: WorkerRef): Promise<void> {
    const editor = await this.#show(`${ref.id} failure`, { kind: 'failure', file: ref.file, id: ref.id });
    const { document } = editor;
    const line = Array.from({ length: document.lineCount }, (_, at) => at).find((at) =>
      document.lineAt(at).text.startsWith('────'),
    );
    if (line === undefined) return;
    const range = document.lineAt(line).range;
    editor.selection = new vscode.Selection(range.start, range.start);
    editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  }

  async search(pattern: string): Promise<void> {
    await this.#show(`search ${pattern.replaceAll(/[^\w .-]+/g, '_').slice(0, 40)}`, { kind: 'search', pattern });
  }

  provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const query = JSON.parse(uri.query) as Query;
    return query.kind === 'failure' ? this.#failureText(query) : this.#searchText(query.pattern);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #show(name: string, query: Query): Promise<vscode.TextEditor> {
    const uri = vscode.Uri.from({ scheme: logScheme, path: `/${name}.log`, query: JSON.stringify(query) });
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (isOpen) this.#changed.fire(uri);
    return vscode.window.showTextDocument(uri, { preview: true });
  }

  async #failureText(ref: WorkerRef): Promise<string> {
    const link = this.#masters.link(ref.file);
    if (!link) return vscode.l10n.t('No master is known for {0}.', ref.file);
    const [lines, timeline] = await link.ask((master) =>
      Promise.all([master.logs({ id: ref.id, lines: lookedAt }).catch(() => []), master.timeline(ref.id)]),
    );
    const failure = timeline.findLast(({ state }) => state === 'failed');
    if (!failure) return vscode.l10n.t('{0} has not failed since its master was started.', ref.id);
    const latest = link.worker(ref.id)?.last_error;
    const { text } = linesAroundFailure(ref.id, lines, {
      at: failure.at,
      message: failure.cause ?? latest?.message ?? '',
      stack: latest?.message === failure.cause ? latest?.stack : undefined,
    });
    return text;
  }

  async #searchText(pattern: string): Promise<string> {
    const workers = this.#masters.workers();
    const found = await Promise.all(
      workers.map(async ({ ref }) => {
        const link = this.#masters.link(ref.file);
        const lines = await link?.ask((master) => master.logs({ id: ref.id, lines: lookedAt, grep: pattern }));
        return (lines ?? []).map((line) => ({ prefix: prefixOf(ref.id), line }));
      }),
    );
    const lines = byTime(found.flat());
    const title = vscode.l10n.t('{0} lines match /{1}/, of all workers, oldest first', lines.length, pattern);
    const rows = lines.map(({ prefix, line }) => lineText(line, prefix));
    return [title, ...rows, ''].join('\n');
  }
}
