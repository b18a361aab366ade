import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { overlayInForce } from '../environment/environment.ts';
import { invokeTool, previewTool, type EditorSide } from './editor-tool.ts';
import { hasFunction } from './has-function.ts';
import { offerMcpServer } from './mcp-provider.ts';
import { ownName } from './tool-names.ts';

/** Everything that AI agents have of the editor. Nothing where the editor has no such thing, or the user wants none. */
export function registerAgents(client: Client, extension: vscode.Extension<unknown>): vscode.Disposable {
  const side: EditorSide = {
    masters: client.masters,
    isTrusted: () => vscode.workspace.isTrusted,
    hasUnsavedChanges: (file) => {
      const link = client.masters.link(file);
      const files = [file, link && overlayInForce(link)?.fsPath];
      return vscode.workspace.textDocuments.some(({ uri, isDirty }) => isDirty && files.includes(uri.fsPath));
    },
    debug: (ref) => client.debugging.debug(ref, false),
  };
  const register = (): readonly vscode.Disposable[] => {
    if (vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true) return [];
    return [...toolNames(extension).map((name) => registerTool(side, name)), offerMcpServer(client.masters)];
  };
  let registered = register();
  const unregister = () => {
    for (const registration of registered) registration.dispose();
  };
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration('chat.disableAIFeatures')) return;
    unregister();
    registered = register();
  });
  return new vscode.Disposable(() => {
    subscription.dispose();
    unregister();
  });
}

/** The manifest is the list: what it does not declare cannot be registered. */
function toolNames(extension: vscode.Extension<unknown>): readonly string[] {
  if (!hasFunction(vscode.lm, 'registerTool')) return [];
  const manifest = extension.packageJSON as {
    readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
  };
  return manifest.contributes.languageModelTools.map(({ name }) => name);
}

function registerTool(side: EditorSide, name: string): vscode.Disposable {
  const tool: vscode.LanguageModelTool<Record<string, unknown>> = {
    async prepareInvocation({ input }) {
      const preview = await previewTool(side, ownName(name), input);
      if (!preview) return undefined;
      const message = new vscode.MarkdownString();
      if (preview.detail !== '') message.appendCodeblock(preview.detail, 'diff');
      return { confirmationMessages: { title: preview.title, message } };
    },
    async invoke({ input }, token) {
      const aborter = new AbortController();
      token.onCancellationRequested(() => aborter.abort());
      const { text, failed } = await invokeTool(side, ownName(name), input, aborter.signal);
      if (failed) throw new Error(text);
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(text)]);
    },
  };
  return vscode.lm.registerTool(name, tool);
}
