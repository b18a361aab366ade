import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { WorkerRef } from '../master/masters.ts';

/** The page of a worker's details: it may run the one script of ours, and reach nothing else. */
export function detailsPage(webview: vscode.Webview, { file, id }: WorkerRef): string {
  const nonce = randomBytes(16).toString('base64');
  const resource = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(distFolder, name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
    <title>${escape(id)}</title>
    <link rel="stylesheet" href="${escape(resource('details.css'))}">
  </head>
  <body data-file="${escape(file)}" data-id="${escape(id)}">
    <script nonce="${nonce}" src="${escape(resource('details.js'))}"></script>
  </body>
</html>`;
}

/** Nothing else of this machine can be loaded by the page. */
export const distFolder = vscode.Uri.file(DIST_FOLDER);

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
