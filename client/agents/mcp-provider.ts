import path from 'node:path';
import * as vscode from 'vscode';
import type { Masters } from '../master/masters.ts';
import { setting } from '../settings.ts';
import { hasFunction } from './has-function.ts';

/** Offers `hsu mcp` to the editor's own agents, one for each workers file; only where a setting asks for it. */
export function offerMcpServer(masters: Masters): vscode.Disposable {
  if (!hasFunction(vscode.lm, 'registerMcpServerDefinitionProvider')) return vscode.Disposable.from();
  const changed = new vscode.EventEmitter<void>();
  const tell = () => changed.fire();
  return vscode.Disposable.from(
    changed,
    masters.onDidAdd(tell),
    masters.onDidRemove(tell),
    vscode.workspace.onDidGrantWorkspaceTrust(tell),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('hsu.agents.mcpServer')) tell();
    }),
    vscode.lm.registerMcpServerDefinitionProvider('hsu.mcp', {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: () => {
        if (!vscode.workspace.isTrusted || !setting('agents.mcpServer')) return [];
        return masters.links.map(({ file }) => definitionOf(file, masters.links.length > 1));
      },
    }),
  );
}

function definitionOf(file: string, isOneOfMany: boolean): vscode.McpStdioServerDefinition {
  const label = isOneOfMany ? `HSU Workers (${vscode.workspace.asRelativePath(file)})` : 'HSU Workers';
  const definition = new vscode.McpStdioServerDefinition(
    label,
    process.execPath,
    [path.join(DIST_FOLDER, 'cli.js'), 'mcp', '--file', file],
    { ELECTRON_RUN_AS_NODE: '1' },
    VERSION,
  );
  definition.cwd = vscode.Uri.file(path.dirname(file));
  return definition;
}
