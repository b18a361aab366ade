import path from 'node:path';
import * as vscode from 'vscode';
import { stackFrames } from '../../master/lifecycle/stack-frames.ts';
import type { Masters } from '../master/masters.ts';
import { logScheme } from './log-documents.ts';

/** A channel grows without end; who reads it reads its end. */
const newestLines = 1_000;

class FrameLink extends vscode.DocumentLink {
  readonly file: string;
  readonly place: string;

  constructor(range: vscode.Range, file: string, line: number, column: number) {
    super(range);
    this.file = file;
    this.place = `${line},${column}`;
    this.tooltip = vscode.l10n.t('Open the source');
  }
}

/** Makes the stack frames in our output links to their sources. */
export function linkStackFrames(masters: Masters): vscode.Disposable {
  const provider: vscode.DocumentLinkProvider<FrameLink> = {
    provideDocumentLinks(document) {
      if (document.uri.scheme === 'output' && !document.uri.path.includes('hsu-workers.hsu-workers')) return [];
      const links: FrameLink[] = [];
      for (let line = Math.max(0, document.lineCount - newestLines); line < document.lineCount; line++) {
        for (const frame of stackFrames(document.lineAt(line).text)) {
          const range = new vscode.Range(line, frame.start, line, frame.end);
          links.push(new FrameLink(range, frame.file, frame.line, frame.column ?? 1));
        }
      }
      return links;
    },
    async resolveDocumentLink(link) {
      const folders = masters.links.map(({ file }) => path.dirname(file));
      const candidates = path.isAbsolute(link.file)
        ? [link.file]
        : folders.map((folder) => path.resolve(folder, link.file));
      for (const uri of candidates.map((candidate) => vscode.Uri.file(candidate))) {
        const isThere = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(
          () => true,
          () => false,
        );
        if (isThere) link.target = uri.with({ fragment: link.place });
      }
      return link;
    },
  };
  return vscode.languages.registerDocumentLinkProvider([{ scheme: 'output' }, { scheme: logScheme }], provider);
}
