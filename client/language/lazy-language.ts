import path from 'node:path';
import type * as vscode from 'vscode';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { SwitchDeploymentParams } from '../../server/protocol.ts';
import type { Language } from './language.ts';
import type { LanguageServer } from './language-server.ts';

/** The language server, loaded beside the activation instead of in it: its library is most of the extension's code. */
export class LazyLanguage implements Language, vscode.Disposable {
  readonly #server: Promise<LanguageServer>;

  constructor(log: vscode.LogOutputChannel) {
    this.#server = import('./language-server.ts').then(
      ({ LanguageServer }) => new LanguageServer(path.join(DIST_FOLDER, 'server.js'), log),
    );
    this.#server.catch((error: unknown) => log.error(`The language client does not load: ${String(error)}`));
  }

  show(uri: vscode.Uri, workers: readonly WorkerSnapshot[] | null, changed?: readonly WorkerSnapshot[]): void {
    void this.#server.then((server) => server.show(uri, workers, changed));
  }

  lay(uri: vscode.Uri, overlay: vscode.Uri | undefined): void {
    void this.#server.then((server) => server.lay(uri, overlay));
  }

  async switchDeployment(document: vscode.TextDocument, wanted: Omit<SwitchDeploymentParams, 'uri'>) {
    return (await this.#server).switchDeployment(document, wanted);
  }

  async workerPositions(uri: vscode.Uri) {
    return (await this.#server).workerPositions(uri);
  }

  async showReferences(uri: unknown, position: unknown, locations: unknown) {
    await (await this.#server).showReferences(uri, position, locations);
  }

  async dispose(): Promise<void> {
    await (await this.#server).dispose();
  }
}
