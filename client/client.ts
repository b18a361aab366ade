import type * as vscode from 'vscode';
import type { ApplyOnSave } from './apply/apply-on-save.ts';
import type { WorkerDebugging } from './debug/worker-debugging.ts';
import type { DetailsPanels } from './details/details-panels.ts';
import type { Language } from './language/language.ts';
import type { LogChannels } from './logs/log-channels.ts';
import type { LogDocuments } from './logs/log-documents.ts';
import type { MergedLogs } from './logs/merged-logs.ts';
import type { Masters } from './master/masters.ts';
import type { PackagesView } from './packages/packages-view.ts';
import type { SwitchNotes } from './switch/switch-notes.ts';
import type { WorkersView } from './views/workers-view.ts';

/** What commands work with. */
export interface Client {
  readonly masters: Masters;
  readonly view: WorkersView;
  readonly packages: PackagesView;
  readonly applyOnSave: ApplyOnSave;
  readonly logs: LogChannels;
  readonly mergedLogs: MergedLogs;
  readonly logDocuments: LogDocuments;
  readonly details: DetailsPanels;
  readonly debugging: WorkerDebugging;
  readonly language: Language;
  readonly switchNotes: SwitchNotes;
  /** A folder of the extension's own for the workspace. */
  readonly storage: vscode.Uri;
  /** The extension's own log. */
  readonly log: vscode.LogOutputChannel;
}
