import { writeFile } from 'node:fs/promises';
import { applyEdits } from '../../config/apply-edits.ts';
import type { TextEdit } from '../../config/problem.ts';
import { NoMasterError } from '../../connect.ts';
import type { Plan } from '../../protocol.ts';
import type { AgentHost, AgentMaster } from '../agent-host.ts';
import { lineDiff } from '../line-diff.ts';

/** Edits the file and lets the running master apply it; without one only the file is changed. */
export async function changeFile(
  host: AgentHost,
  before: string,
  edits: readonly TextEdit[],
): Promise<{ readonly diff: string; readonly master: AgentMaster | undefined; readonly plan: Plan | undefined }> {
  const after = applyEdits(before, edits);
  if (after !== before) await writeFile(host.file, after);
  const master = await runningMaster(host);
  const plan = await master?.apply({ dryRun: false, restart: true });
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
