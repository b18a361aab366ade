import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { attachConfiguration } from './attach-configuration.ts';

/** Attaches the debugger to running workers. The end of a session detaches: a worker's life is the master's affair. */
export class WorkerDebugging implements vscode.Disposable {
  readonly #masters: Masters;
  /** By the inspector's address, which no two sessions share. */
  readonly #targets = new Map<string, WorkerRef>();
  readonly #subscription: vscode.Disposable;

  constructor(masters: Masters) {
    this.#masters = masters;
    this.#subscription = vscode.debug.onDidTerminateDebugSession((session) => void this.#ended(session));
  }

  /** Rejects with the master's sentence where the worker cannot be debugged. */
  async debug(ref: WorkerRef, fromStart: boolean): Promise<void> {
    const link = this.#masters.link(ref.file);
    if (!link) throw new Error(`No master is known for ${ref.file}: open the workers file first.`);
    const target = await link.ask((master) => master.debug({ id: ref.id, fromStart }));
    this.#targets.set(target.websocketAddress, ref);
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(ref.file));
    const started = await vscode.debug.startDebugging(folder, attachConfiguration(ref.id, target, DIST_FOLDER), {
      suppressSaveBeforeStart: true,
    });
    if (started) return;
    await this.#release(target.websocketAddress);
    throw new Error(`The debugger could not attach to ${ref.id}: look into the Debug Console, then try again.`);
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  async #ended(session: vscode.DebugSession): Promise<void> {
    const address: unknown = session.configuration['websocketAddress'];
    if (!session.parentSession && typeof address === 'string') await this.#release(address);
  }

  async #release(address: string): Promise<void> {
    const ref = this.#targets.get(address);
    if (!ref) return;
    this.#targets.delete(address);
    const again = [...this.#targets.values()].some(({ file, id }) => file === ref.file && id === ref.id);
    if (again) return;
    // A master that is gone has closed its inspectors.
    await this.#masters
      .link(ref.file)
      ?.ask((master) => master.endDebug(ref.id))
      .catch(() => undefined);
  }
}
