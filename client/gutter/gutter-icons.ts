import * as vscode from 'vscode';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { Client } from '../client.ts';
import { linkOf } from '../environment/environment.ts';
import type { PlacedWorker } from '../language/language.ts';
import { setting } from '../settings.ts';
import { failureHover, hoverCommands } from './failure-hover.ts';
import { gutterIcon } from './gutter-icon.ts';
import { gutterState, gutterStates, type GutterState } from './gutter-state.ts';

/** After the last keystroke, until the places are asked for anew; meanwhile the editor moves the icons itself. */
const settleMs = 300;

interface Shown {
  readonly state: GutterState;
  readonly range: vscode.Range;
  readonly hover: string | undefined;
}

/** Where the workers of a file are written, and what is shown there. */
interface Places {
  /** More than one where an id is written twice. */
  readonly byId: ReadonlyMap<string, readonly vscode.Range[]>;
  readonly shown: Map<string, readonly Shown[]>;
}

/** A live state icon at each worker of the shown workers files and overlays. */
export class GutterIcons implements vscode.Disposable {
  readonly #client: Client;
  readonly #places = new Map<string, Places>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #subscriptions: { dispose(): void }[];
  /** Made when first drawn. */
  #types: ReadonlyMap<GutterState, vscode.TextEditorDecorationType> | undefined;
  /** Where each editor shows icons: while that stays, only those that have changed are drawn. */
  readonly #drawn = new WeakMap<vscode.TextEditor, Places>();

  constructor(client: Client) {
    this.#client = client;
    this.#subscriptions = [
      client.masters.onDidChange(({ link, workers }) => {
        // Most news is about memory and processor time, which no icon shows.
        const ids = workers?.filter(({ before, after }) => !looksAlike(before, after)).map(({ after }) => after.id);
        if (ids?.length === 0) return;
        for (const file of visibleFiles()) if (linkOf(client.masters, file) === link) this.#drawFile(file, ids);
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
      const placed = await this.#client.language.workerPositions(vscode.Uri.file(file));
      // To have read a long answer was a task of its own.
      await new Promise((resolve) => setImmediate(resolve));
      this.#places.set(file, placesOf(placed));
      this.#drawFile(file);
    } catch {
      // A language server that is away is asked again at the next edit or change of state.
      this.#places.delete(file);
    }
  }

  /** With `ids`, of these alone something new is known. */
  #drawFile(file: string, ids?: readonly string[]): void {
    const editors = vscode.window.visibleTextEditors.filter(({ document }) => document.uri.fsPath === file);
    if (editors.length === 0) return;
    const places = this.#places.get(file);
    if (!places) return void this.#locate(file);
    const stale = this.#look(file, places, ids ?? [...places.byId.keys()]);
    const byState = new Map<GutterState, Shown[]>(gutterStates.map((state) => [state, []]));
    for (const shown of places.shown.values()) for (const each of shown) byState.get(each.state)?.push(each);
    for (const editor of editors) {
      const isDrawn = this.#drawn.get(editor) === places;
      this.#drawn.set(editor, places);
      for (const [state, type] of this.#decorationTypes()) {
        if (!isDrawn || stale.has(state)) editor.setDecorations(type, decorations(byState.get(state) ?? []));
      }
    }
  }

  /** Looks at some workers anew; returns the states that are shown at other places, or with another hover, than before. */
  #look(file: string, { byId, shown }: Places, ids: readonly string[]): ReadonlySet<GutterState> {
    const uri = vscode.Uri.file(file);
    const link = setting('gutterIcons.enabled', uri) ? linkOf(this.#client.masters, file) : undefined;
    const stale = new Set<GutterState>();
    for (const id of ids) {
      const [before, after] = [shown.get(id) ?? [], shownAt(uri, link?.worker(id), byId.get(id) ?? [])];
      if (isSame(before, after)) continue;
      for (const { state } of [...before, ...after]) stale.add(state);
      shown.set(id, after);
    }
    return stale;
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

function placesOf(placed: readonly PlacedWorker[]): Places {
  const byId = new Map<string, vscode.Range[]>();
  for (const { id, range } of placed) {
    const known = byId.get(id);
    if (known) known.push(range);
    else byId.set(id, [range]);
  }
  return { byId, shown: new Map() };
}

function shownAt(
  file: vscode.Uri,
  worker: WorkerSnapshot | undefined,
  ranges: readonly vscode.Range[],
): readonly Shown[] {
  if (!worker) return [];
  const [state, hover] = [gutterState(worker), failureHover(worker, file.toString())];
  return ranges.map((range) => ({ state, range, hover }));
}

function isSame(before: readonly Shown[], after: readonly Shown[]): boolean {
  return (
    before.length === after.length &&
    after.every(({ state, hover }, at) => state === before[at]?.state && hover === before[at]?.hover)
  );
}

function looksAlike(before: WorkerSnapshot, after: WorkerSnapshot): boolean {
  return gutterState(before) === gutterState(after) && failureHover(before, '') === failureHover(after, '');
}

function visibleFiles(): ReadonlySet<string> {
  return new Set(vscode.window.visibleTextEditors.map(({ document }) => document.uri.fsPath));
}

/** Bare places where there is nothing to say of any: the editor takes many of those over in a moment. */
function decorations(shown: readonly Shown[]): vscode.Range[] | vscode.DecorationOptions[] {
  return shown.some(({ hover }) => hover !== undefined) ? shown.map(decoration) : shown.map(({ range }) => range);
}

/** Over the value of `id` it says why the worker failed. */
function decoration({ range, hover }: Shown): vscode.DecorationOptions {
  if (hover === undefined) return { range };
  const hoverMessage = new vscode.MarkdownString(hover);
  hoverMessage.isTrusted = { enabledCommands: hoverCommands };
  return { range, hoverMessage };
}
