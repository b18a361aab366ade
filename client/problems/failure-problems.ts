import path from 'node:path';
import * as vscode from 'vscode';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import type { Masters } from '../master/masters.ts';
import { type FailurePlace, failurePlace } from './failure-places.ts';

/** Problems in sources of the workspace where failed workers say they failed; gone when the worker goes on. */
export class FailureProblems implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #collection = vscode.languages.createDiagnosticCollection('hsu');
  readonly #subscriptions: { dispose(): void }[];
  #shown = '[]';

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#subscriptions = [
      masters.onDidChange(({ workers }) => {
        // Only one that failed, or has, says where.
        if (!workers || workers.some(({ before, after }) => hasFailed(before) || hasFailed(after))) this.#update();
      }),
      masters.onDidRemove(() => this.#update()),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  #update(): void {
    const failures = this.#masters.links
      .filter(({ counts }) => counts.failed > 0)
      .flatMap(({ workers }) => workers.flatMap((worker) => failurePlace(worker, isInWorkspace) ?? []));
    const key = JSON.stringify(failures);
    if (key === this.#shown) return;
    this.#shown = key;
    this.#collection.clear();
    for (const file of new Set(failures.map((place) => place.file))) {
      const here = failures.filter((place) => place.file === file);
      this.#collection.set(vscode.Uri.file(file), here.map(diagnosticAt));
    }
  }
}

function hasFailed({ state }: WorkerSnapshot): boolean {
  return state === 'failed';
}

function isInWorkspace(file: string): boolean {
  return path.isAbsolute(file) && vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file)) !== undefined;
}

function diagnosticAt({ line, column = 1, message, code }: FailurePlace): vscode.Diagnostic {
  // An empty range is drawn below the word that stands there.
  const start = new vscode.Position(line - 1, column - 1);
  const diagnostic = new vscode.Diagnostic(new vscode.Range(start, start), message, vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'hsu';
  diagnostic.code = code;
  return diagnostic;
}
