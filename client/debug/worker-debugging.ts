import * as vscode from 'vscode';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';
import { pickWorkers } from '../commands/pick-workers.ts';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { configurationFor, debugType, WorkerDebugConfigurations, workersOf } from './debug-configurations.ts';
import { WorkerDebugSession } from './worker-debug-session.ts';

/** Debugging by command and by launch.json: both are sessions of type `hsu`. */
export class WorkerDebugging implements vscode.Disposable {
  readonly #masters: Masters;
  readonly #sessions = new Set<WorkerDebugSession>();
  readonly #registrations: vscode.Disposable;

  constructor(masters: Masters) {
    this.#masters = masters;
    const configurations = new WorkerDebugConfigurations(masters, async () => {
      const [ref] = await pickWorkers(masters, {
        title: vscode.l10n.t('Debug'),
        eligible: () => true,
        none: vscode.l10n.t('No worker is known.'),
      });
      return ref;
    });
    this.#registrations = vscode.Disposable.from(
      vscode.debug.registerDebugConfigurationProvider(debugType, configurations),
      vscode.debug.registerDebugConfigurationProvider(
        debugType,
        configurations,
        vscode.DebugConfigurationProviderTriggerKind.Dynamic,
      ),
      vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
        createDebugAdapterDescriptor: (session) => {
          const refs = workersOf(masters, session.configuration);
          const fromStart = session.configuration.request === 'launch';
          const adapter = new WorkerDebugSession(masters, session, refs, fromStart, (ref) => this.#holderOf(ref));
          this.#sessions.add(adapter);
          return new vscode.DebugAdapterInlineImplementation(adapter);
        },
      }),
    );
  }

  /**
   * A worker at rest is started, held before its first line. One that a session holds already stays with it: a second
   * debugger would only take it from the first.
   */
  async debug(ref: WorkerRef, fromStart: boolean): Promise<void> {
    const worker = this.#masters.worker(ref);
    const request = fromStart || !worker || isAtRest(worker.state) ? 'launch' : 'attach';
    const holder = this.#holderOf(ref);
    if (holder) {
      if (request === 'launch') await holder.restart(ref);
      await vscode.commands.executeCommand('workbench.view.debug');
      return;
    }
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(ref.file));
    await vscode.debug.startDebugging(folder, configurationFor(request, ref), { suppressSaveBeforeStart: true });
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  #holderOf(ref: WorkerRef): WorkerDebugSession | undefined {
    for (const session of this.#sessions) {
      if (session.isOver) this.#sessions.delete(session);
      else if (session.holds(ref)) return session;
    }
    return undefined;
  }
}
