import * as vscode from 'vscode';
import type { Client } from '../client.ts';
import { packageCommands } from '../packages/package-commands.ts';
import { groupCommands } from './group-commands.ts';
import { workerCommands } from './worker-commands.ts';
import { workersCommands } from './workers-commands.ts';

/** Every command of the manifest, in one list. */
export const commands = { ...workerCommands, ...groupCommands, ...workersCommands, ...packageCommands };

/** A command that fails says so once, with the failure's own sentence. */
export function registerCommands(client: Client): vscode.Disposable {
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([id, handler]) =>
      vscode.commands.registerCommand(id, async (...parameters: unknown[]) => {
        try {
          await handler(client, ...parameters);
        } catch (error) {
          const message = error instanceof Error ? error.message : String(error);
          client.log.error(`${id}: ${message}`);
          const showLog = vscode.l10n.t('Show Log');
          if ((await vscode.window.showErrorMessage(message, showLog)) === showLog) client.log.show();
        }
      }),
    ),
  );
}
