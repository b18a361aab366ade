import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { DetailsPanel } from './details-panel.ts';
import type { PageState } from './details-model.ts';
import { distFolder } from './details-page.ts';

const viewType = 'hsu.details';
const options = { enableScripts: true, enableForms: false, localResourceRoots: [distFolder] } as const;

/** The details of workers, one panel each; panels come back after a reload of the window. */
export class DetailsPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #masters: Masters;
  readonly #panels = new Map<string, DetailsPanel>();
  readonly #registration: vscode.Disposable;

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#registration = vscode.window.registerWebviewPanelSerializer(viewType, this);
  }

  show(ref: WorkerRef): void {
    const known = this.#panels.get(keyOf(ref));
    if (known) return known.reveal();
    this.#keep(vscode.window.createWebviewPanel(viewType, ref.id, vscode.ViewColumn.Active, options), ref);
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (isPageState(state)) {
      panel.webview.options = options;
      this.#keep(panel, state);
    } else panel.dispose();
    return Promise.resolve();
  }

  dispose(): void {
    this.#registration.dispose();
    // The panels themselves stay: the window takes them over into its next life.
    this.#panels.clear();
  }

  #keep(panel: vscode.WebviewPanel, { file, id }: WorkerRef): void {
    const ref = { file, id };
    const details = new DetailsPanel(this.#masters, panel, ref, (other) => this.show(other));
    this.#panels.set(keyOf(ref), details);
    panel.onDidDispose(() => {
      this.#panels.delete(keyOf(ref));
      details.dispose();
    });
  }
}

function keyOf({ file, id }: WorkerRef): string {
  return `${file}#${id}`;
}

function isPageState(state: unknown): state is PageState {
  return (
    typeof state === 'object' &&
    state !== null &&
    'file' in state &&
    typeof state.file === 'string' &&
    'id' in state &&
    typeof state.id === 'string'
  );
}
