import path from 'node:path';
import type { AgentAnswer, AgentPreview } from '../../master/protocol.ts';
import type { Masters, WorkerRef } from '../master/masters.ts';
import { debugTool } from './tool-names.ts';

/** What a tool needs of the editor. */
export interface EditorSide {
  readonly masters: Masters;
  isTrusted(): boolean;
  /** Whether the editor holds changes of the file that are not saved. */
  hasUnsavedChanges(file: string): boolean;
  debug(ref: WorkerRef): Promise<void>;
}

type Input = Readonly<Record<string, unknown>>;

/** Tools that write the workers file: what stands unsaved in the editor must not be lost. */
const writers = ['apply_fix', 'switch_deployment'];

/** Runs a tool in the master of its workers file. Rejects with a sentence for the model where that must not be. */
export async function invokeTool(
  side: EditorSide,
  name: string,
  input: Input,
  signal?: AbortSignal,
): Promise<AgentAnswer> {
  const { file, rest } = target(side, name, input);
  if (name === debugTool) return debug(side, file, rest);
  return link(side, file).ask((master) => master.agent({ tool: name, input: rest }, signal));
}

/** What the user is asked first; null for a tool that changes nothing. Changes nothing itself. */
export async function previewTool(side: EditorSide, name: string, input: Input): Promise<AgentPreview | null> {
  const { file, rest } = target(side, name, input);
  if (name === debugTool) {
    return { title: `Debug ${String(rest['id'])} of ${path.basename(file)}?`, detail: file };
  }
  return link(side, file).ask((master) => master.agentPreview({ tool: name, input: rest }));
}

/** The workers file that is meant: one of those open in this window, never any other. */
function target({ masters, isTrusted, hasUnsavedChanges }: EditorSide, name: string, { file: named, ...rest }: Input) {
  if (!isTrusted()) {
    throw new Error('This workspace is not trusted, so no worker is run or read. Ask the user to trust it.');
  }
  const files = masters.links.map(({ file }) => file);
  const found = files.filter((file) => named === undefined || (typeof named === 'string' && isNamed(file, named)));
  const [file, second] = found;
  const known = files.join(', ') || 'none';
  if (file === undefined) {
    throw new Error(
      named === undefined
        ? 'This window has no workers file. Create a workers.yaml, or open the folder that has one.'
        : `There is no such workers file in this window; there are: ${known}.`,
    );
  }
  if (second !== undefined) throw new Error(`There are several workers files: give one of them as file: ${known}.`);
  if (writers.includes(name) && hasUnsavedChanges(file)) {
    throw new Error(`${file} has unsaved changes in the editor: ask the user to save or revert them, then try again.`);
  }
  return { file, rest };
}

function isNamed(file: string, named: string): boolean {
  const [a, b] = [file.replaceAll('\\', '/'), named.replaceAll('\\', '/').replace(/^\.\//, '')];
  return a === b || a.endsWith(`/${b}`);
}

function link({ masters }: EditorSide, file: string) {
  return masters.add(file);
}

async function debug({ masters, debug: attach }: EditorSide, file: string, { id }: Input): Promise<AgentAnswer> {
  const worker = typeof id === 'string' ? masters.worker({ file, id }) : undefined;
  if (!worker) {
    const known = masters.link(file)?.workers.map((each) => each.id) ?? [];
    return {
      text: `There is no worker ${JSON.stringify(id)}; there are: ${known.join(', ') || 'none'}.`,
      failed: true,
    };
  }
  await attach({ file, id: worker.id });
  const others = worker.fate.scope === 'host' ? worker.fate.with : [];
  const pauses = others.length > 0 ? ` At a breakpoint these pause with it: ${others.join(', ')}.` : '';
  return { text: `The debugger is attached to ${worker.id}.${pauses} The user sets breakpoints.`, failed: false };
}
