import * as vscode from 'vscode';
import type { DocumentKind } from '../../server/protocol.ts';

/** The language of a document that the editor calls plain YAML and whose content says that it is ours. */
const ownLanguage: Readonly<Record<DocumentKind, string | undefined>> = {
  workers: 'hsu-workers',
  package: 'hsu-package',
  foreign: undefined,
};

/**
 * Gives documents that are ours by their content our language, so that extensions for YAML leave them alone and nothing
 * is said twice. Whoever then chooses YAML for one has it until it is closed. `kindOf` asks the language server.
 */
export class OwnLanguages implements vscode.Disposable {
  readonly #kindOf: (document: vscode.TextDocument) => Promise<DocumentKind>;
  /** URIs of the documents that somebody chose another language for. */
  readonly #chosen = new Set<string>();
  readonly #selector: vscode.DocumentSelector;
  readonly #listening: vscode.Disposable;

  constructor(selector: vscode.DocumentSelector, kindOf: (document: vscode.TextDocument) => Promise<DocumentKind>) {
    this.#selector = selector;
    this.#kindOf = kindOf;
    this.#listening = vscode.Disposable.from(
      vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#look(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#closed(document)),
    );
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  dispose(): void {
    this.#listening.dispose();
  }

  #look(document: vscode.TextDocument): void {
    const { uri } = document;
    if (vscode.languages.match(this.#selector, document) === 0 || this.#chosen.has(uri.toString())) return;
    void this.#kindOf(document).then(async (kind) => {
      const language = ownLanguage[kind];
      if (language === undefined || document.isClosed || document.languageId === language) return;
      await vscode.languages.setTextDocumentLanguage(document, language);
    });
  }

  /** A document whose language changes is told as closed too, though it is not. */
  #closed(document: vscode.TextDocument): void {
    const uri = document.uri.toString();
    if (document.isClosed) this.#chosen.delete(uri);
    else if (Object.values(ownLanguage).includes(document.languageId)) this.#chosen.add(uri);
  }
}
