import * as vscode from 'vscode';
import { setting } from './settings.ts';

/** Messages that come again and again, each of which a user may want no more of. */
export type NotificationKind = 'restart' | 'switched' | 'ended';

/**
 * Shows a message with its answers, and one more: never again. Resolves to the chosen answer, or to undefined where the
 * message is dismissed or unwanted.
 */
export async function notify(
  kind: NotificationKind,
  severity: 'information' | 'warning',
  message: string,
  ...answers: readonly string[]
): Promise<string | undefined> {
  if (setting('notifications.hidden').includes(kind)) return undefined;
  const never = vscode.l10n.t("Don't Show Again");
  const chosen =
    severity === 'warning'
      ? await vscode.window.showWarningMessage(message, ...answers, never)
      : await vscode.window.showInformationMessage(message, ...answers, never);
  if (chosen !== never) return chosen;
  await hide([...new Set([...setting('notifications.hidden'), kind])]);
  return undefined;
}

/** All kinds are shown again. */
export function showNotificationsAgain(): Promise<void> {
  return hide(undefined);
}

/** Of the user, not of a workspace: who is tired of a message is so everywhere. */
async function hide(kinds: readonly NotificationKind[] | undefined): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('hsu');
  await configuration.update('notifications.hidden', kinds, vscode.ConfigurationTarget.Global);
}
