import { NoMasterError } from '../../connect.ts';
import type { ApplyParams, Plan } from '../../protocol.ts';
import type { AgentHost, AgentMaster } from '../agent-host.ts';
import { lineDiff } from '../../config/line-diff.ts';
import { replaceText } from '../../world/text-file.ts';

/** A text that is to stand in a file, in place of another one. */
export interface FileChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** Writes the file and lets the running master apply it; without one only the file is changed. */
export async function changeFile(
  host: AgentHost,
  { file, before, after }: FileChange,
  laid: Pick<ApplyParams, 'environment'> = {},
): Promise<{ readonly diff: string; readonly master: AgentMaster | undefined; readonly plan: Plan | undefined }> {
  if (after !== before) await replaceText(file, after);
  const master = await runningMaster(host);
  const plan = await master?.apply({ dryRun: false, restart: true, ...laid });
  return { diff: lineDiff(before, after), master, plan };
}

/** Undefined when none runs. */
export function runningMaster(host: AgentHost): Promise<AgentMaster | undefined> {
  return host.master().catch((error: unknown) => {
    if (error instanceof NoMasterError) return undefined;
    throw error;
  });
}

export const notRunning = 'No master runs, so only the file was changed. start_workers starts the workers.';
