import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { linkOf } from '../environment/environment.ts';
import type { PlacedWorker } from '../language/language.ts';
import { setting } from '../settings.ts';
import { failureHover, hoverCommands } from './failure-hover.ts';
import { gutterIcon } from './gutter-icon.ts';
import { gutterState, gutterStates, type GutterState } from './gutter-state.ts';

/** After the last keystroke, until the places are asked for anew; meanwhile the editor moves the icons itself. */
const settleMs = 300;

/** A live state icon at each worker of the shown workers files and overlays. */
export class GutterIcons implements vscode.Disposable {
  readonly #client: Client;
  readonly #places = new Map<string, readonly PlacedWorker[]>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: { dispose(): void }[];
  /** Made when first drawn. */
  #types: ReadonlyMap<GutterState, vscode.TextEditorDecorationType> | undefined;
  /** What each editor shows, so that an update that changes nothing draws nothing. */
  readonly #drawn = new WeakMap<vscode.TextEditor, string>();

  constructor(client: Client) {
    this.#client = client;
    this.#subscriptions = [
      client.masters.onDidChange((link) => {
        for (const file of visibleFiles()) if (linkOf(client.masters, file) === link) this.#drawFile(file);
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#visible()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#edited(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#places.delete(uri.fsPath)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('hsu.gutterIcons')) this.#visible();
      }),
    ];
    this.#visible();
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const type of this.#types?.values() ?? []) type.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #visible(): void {
    for (const file of visibleFiles()) {
      if (this.#places.has(file)) this.#drawFile(file);
      else void this.#locate(file);
    }
  }

  #edited(document: vscode.TextDocument): void {
    const file = document.uri.fsPath;
    if (!linkOf(this.#client.masters, file)) return;
    clearTimeout(this.#timers.get(file));
    this.#timers.set(
      file,
      setTimeout(() => void this.#locate(file), settleMs),
    );
  }

  async #locate(file: string): Promise<void> {
    if (!linkOf(this.#client.masters, file)) return;
    try {
      this.#places.set(file, await this.#client.language.workerPositions(vscode.Uri.file(file)));
      this.#drawFile(file);
    } catch {
      // A language server that is away is asked again at the next edit or change of state.
      this.#places.delete(file);
    }
  }

  #drawFile(file: string): void {
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.fsPath === file);
    if (editors.length === 0) return;
    const places = this.#places.get(file);
    if (!places) return void this.#locate(file);
    const enabled = setting('gutterIcons.enabled', vscode.Uri.file(file));
    const shown = enabled ? places.flatMap((place) => this.#stateAt(file, place)) : [];
    const key = JSON.stringify(shown.map(({ state, range, hover }) => [state, range.start, hover]));
    for (const editor of editors) {
      if (this.#drawn.get(editor) === key) continue;
      this.#drawn.set(editor, key);
      for (const [state, type] of this.#decorationTypes()) {
        editor.setDecorations(type, shown.filter((each) => each.state === state).map(decoration));
      }
    }
  }

  #stateAt(file: string, { id, range }: PlacedWorker) {
    const worker = linkOf(this.#client.masters, file)?.worker(id);
    if (!worker) return [];
    return [{ state: gutterState(worker), range, hover: failureHover(worker, vscode.Uri.file(file).toString()) }];
  }

  #decorationTypes(): ReadonlyMap<GutterState, vscode.TextEditorDecorationType> {
    this.#types ??= new Map(
      gutterStates.map((state) => [
        state,
        vscode.window.createTextEditorDecorationType({
          light: { gutterIconPath: vscode.Uri.parse(gutterIcon(state, 'light')) },
          dark: { gutterIconPath: vscode.Uri.parse(gutterIcon(state, 'dark')) },
          gutterIconSize: '70%',
          rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
        }),
      ]),
    );
    return this.#types;
  }
}

function visibleFiles(): ReadonlySet<string> {
  return new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.fsPath));
}

/** Over the value of `id` it says why the worker failed. */
function decoration({ range, hover }: { readonly range: vscode.Range; readonly hover: string | undefined }) {
  if (hover === undefined) return { range };
  const hoverMessage = new vscode.MarkdownString(hover);
  hoverMessage.isTrusted = { enabledCommands: hoverCommands };
  return { range, hoverMessage };
}
