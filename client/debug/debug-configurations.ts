import * as vscode from 'vscode';
import type { Masters, WorkerRef } from '../master/masters.ts';

export const debugType = 'hsu';

/** A configuration of type `hsu`, as it stands in launch.json. */
export interface WorkerDebugConfiguration extends vscode.DebugConfiguration {
  /** A worker's id, or "all". */
  readonly worker: string;
  /** Needed only where several workers files have a worker of this id. */
  readonly workersFile?: string;
}

/** `launch` holds a worker before its first line, starting it anew; `attach` takes it as it runs. */
export function configurationFor(request: 'attach' | 'launch', { file, id }: WorkerRef): WorkerDebugConfiguration {
  return { type: debugType, request, name: `HSU ${id}`, worker: id, workersFile: file };
}

/** Offers the workers as configurations, so that F5 works without a launch.json. */
export class WorkerDebugConfigurations implements vscode.DebugConfigurationProvider {
  readonly #masters: Masters;
  readonly #ask: () => Promise<WorkerRef | undefined>;

  constructor(masters: Masters, ask: () => Promise<WorkerRef | undefined>) {
    this.#masters = masters;
    this.#ask = ask;
  }

  provideDebugConfigurations(folder: vscode.WorkspaceFolder | undefined): vscode.DebugConfiguration[] {
    const workers = this.#masters
      .workers()
      .filter(({ ref }) => !folder || vscode.workspace.getWorkspaceFolder(vscode.Uri.file(ref.file)) === folder);
    const configurations = workers.map(({ ref, worker }) =>
      configurationFor(worker.state === 'running' ? 'attach' : 'launch', ref),
    );
    if (workers.length < 2) return configurations;
    return [{ type: debugType, request: 'attach', name: 'HSU all workers', worker: 'all' }, ...configurations];
  }

  /** Null, which ends the matter, when the user was asked for a worker and left. */
  async resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): Promise<vscode.DebugConfiguration | null> {
    if (typeof configuration['worker'] === 'string') return configuration;
    const ref = await this.#ask();
    if (!ref) return null;
    const worker = this.#masters.worker(ref);
    const request = worker && worker.state === 'running' ? 'attach' : 'launch';
    return { ...configuration, ...configurationFor(request, ref) };
  }
}

/** The workers a configuration means. Throws a sentence when there is none. */
export function workersOf(masters: Masters, configuration: vscode.DebugConfiguration): readonly WorkerRef[] {
  const { worker: id, workersFile } = configuration as Partial<WorkerDebugConfiguration>;
  const known = masters.workers().filter(({ ref }) => workersFile === undefined || sameFile(ref.file, workersFile));
  if (id === 'all') return known.filter(({ worker }) => worker.state === 'running').map(({ ref }) => ref);
  const named = known.filter(({ ref }) => ref.id === id).map(({ ref }) => ref);
  if (named.length === 1) return named;
  if (named.length > 1) {
    throw new Error(`Several workers files have a worker ${String(id)}: name one with "workersFile".`);
  }
  const ids = known.map(({ ref }) => ref.id).join(', ');
  throw new Error(`There is no worker ${String(id)}; expected "all"${ids && ` or one of ${ids}`}.`);
}

/** A path relative to the workspace names the file too. */
function sameFile(file: string, named: string): boolean {
  return file === named || vscode.workspace.asRelativePath(file, false) === named.replace(/^\.\//, '');
}
