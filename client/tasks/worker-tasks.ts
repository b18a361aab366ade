import path from 'node:path';
import * as vscode from 'vscode';
import type { Outcome } from '../../master/protocol.ts';
import { cliCommand } from '../cli/run-cli.ts';
import type { Masters } from '../master/masters.ts';
import { OutcomeTerminal } from './outcome-terminal.ts';

const taskType = 'hsu';

const actions = ['start', 'stop', 'restart', 'validate'] as const;
type Action = (typeof actions)[number];

interface WorkerTaskDefinition extends vscode.TaskDefinition {
  readonly action: Action;
  /** Ids; absent for all workers. */
  readonly workers?: readonly string[];
  /** Needed only where the window has several; relative to the workspace folder or absolute. */
  readonly workersFile?: string;
}

/** Tasks of type `hsu`: as a `preLaunchTask` they hold a launch until the workers are up. */
export function registerTasks(masters: Masters): vscode.Disposable {
  return vscode.tasks.registerTaskProvider(taskType, {
    provideTasks: () => {
      const several = masters.links.length > 1;
      return masters.links.flatMap(({ file }) =>
        (['start', 'stop', 'validate'] as const).map((action) => {
          const workersFile = several ? { workersFile: vscode.workspace.asRelativePath(file, false) } : {};
          return taskOf(masters, file, { type: taskType, action, ...workersFile });
        }),
      );
    },
    resolveTask: ({ definition }) => {
      if (!isWorkerTask(definition)) return undefined;
      return taskOf(masters, fileOf(masters, definition), definition);
    },
  });
}

function taskOf(masters: Masters, file: string | undefined, definition: WorkerTaskDefinition): vscode.Task {
  const { action, workers, workersFile } = definition;
  const what = action === 'validate' ? 'validate' : `${action} ${workers?.join(', ') ?? 'all'}`;
  const uri = file === undefined ? undefined : vscode.Uri.file(file);
  const scope = (uri && vscode.workspace.getWorkspaceFolder(uri)) ?? vscode.TaskScope.Workspace;
  const name = workersFile === undefined ? what : `${what} (${workersFile})`;
  const execution = executionOf(masters, file, definition);
  const task = new vscode.Task(definition, scope, name, 'hsu', execution, action === 'validate' ? '$hsu' : []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Silent };
  return task;
}

function executionOf(
  masters: Masters,
  file: string | undefined,
  { action, workers = [], workersFile }: WorkerTaskDefinition,
): vscode.ProcessExecution | vscode.CustomExecution {
  if (action === 'validate' && file !== undefined) {
    // What it prints is relative to the folder it runs in, and the matcher's to the workspace folder.
    const cwd = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? path.dirname(file);
    const { program, args, env } = cliCommand(['validate', file]);
    return new vscode.ProcessExecution(program, [...args], { cwd, env });
  }
  return new vscode.CustomExecution(() =>
    Promise.resolve(new OutcomeTerminal(() => order(masters, file, workersFile, action, workers))),
  );
}

async function order(
  masters: Masters,
  file: string | undefined,
  named: string | undefined,
  action: Action,
  ids: readonly string[],
): Promise<readonly Outcome[]> {
  if (file === undefined || action === 'validate') {
    const known = masters.links.map((link) => vscode.workspace.asRelativePath(link.file, false)).join(', ') || 'none';
    const wanted = named === undefined ? 'Name one with "workersFile"' : `"${named}" is none of them`;
    throw new Error(`The workers file of this task is not known. ${wanted}; there are: ${known}.`);
  }
  return masters.add(file).ask((master) => master[action](ids));
}

/** The named file, else the only one of the window. */
function fileOf(masters: Masters, { workersFile }: WorkerTaskDefinition): string | undefined {
  const files = masters.links.map(({ file }) => file);
  if (workersFile === undefined) return files.length === 1 ? files[0] : undefined;
  return files.find((file) => file === workersFile || vscode.workspace.asRelativePath(file, false) === workersFile);
}

function isWorkerTask(definition: vscode.TaskDefinition): definition is WorkerTaskDefinition {
  const action: unknown = definition['action'];
  return definition.type === taskType && actions.some((known) => known === action);
}
