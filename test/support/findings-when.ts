import * as vscode from 'vscode';

/** The findings of a document once they fit; VS Code tells of every change of them. */
export async function findingsWhen(
  uri: vscode.Uri,
  fit: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const listening = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (!uris.some((one) => one.toString() === uri.toString())) return;
        listening.dispose();
        resolve();
      });
    });
    const found = vscode.languages.getDiagnostics(uri);
    if (fit(found)) return found;
    await changed;
  }
}
