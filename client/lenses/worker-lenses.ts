import * as vscode from 'vscode';
import type { WorkerLens as ToldLens, WorkerLenses as ToldLenses } from '../../server/protocol.ts';

/** The lenses of the workers file with this URI, as the language server has it. */
export interface LensesOfFile extends ToldLenses {
  readonly uri: string;
}

/** How long lenses are made at a stretch. Milliseconds. */
const sliceMs = 2;

/** One that says what it does once it is seen: of thousands, the editor takes over only what it shows. */
class WorkerLens extends vscode.CodeLens {
  readonly told: ToldLens;
  readonly target: readonly [uri: string, id: string];

  constructor(range: vscode.Range, told: ToldLens, target: readonly [uri: string, id: string]) {
    super(range);
    this.told = told;
    this.target = target;
  }
}

/** What stands above the workers of a workers file. */
export class WorkerLenses implements vscode.CodeLensProvider<WorkerLens> {
  readonly #ask: (document: vscode.TextDocument, token: vscode.CancellationToken) => Promise<LensesOfFile>;

  /** `ask` asks the language server. */
  constructor(ask: (document: vscode.TextDocument, token: vscode.CancellationToken) => Promise<LensesOfFile>) {
    this.#ask = ask;
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<WorkerLens[]> {
    const { uri, rows, workers } = await this.#ask(document, token);
    const found: WorkerLens[] = [];
    let until = performance.now() + sliceMs;
    for (const [line, id, row] of workers) {
      const range = new vscode.Range(line, 0, line, 0);
      const target = [uri, id] as const;
      for (const told of rows[row] ?? []) found.push(new WorkerLens(range, told, target));
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (token.isCancellationRequested) return [];
      until = performance.now() + sliceMs;
    }
    return found;
  }

  resolveCodeLens(lens: WorkerLens): WorkerLens {
    const { title, command, id } = lens.told;
    const [uri, below] = lens.target;
    lens.command = { title, command, arguments: [uri, id ?? below] };
    return lens;
  }
}
