import path from 'node:path';
import { applyEdits } from '../../config/apply-edits.ts';
import { AgentError } from '../agent-error.ts';
import { schemaOf } from '../input.ts';
import { lineDiff } from '../../config/line-diff.ts';
import type { AgentTool } from '../tool.ts';
import { fixesOf, readWorkersText, type KnownFix } from '../workers-text.ts';
import { planAnswer } from './apply-configuration.ts';
import { changeFile, notRunning } from './change-file.ts';
import { factsOf, snapshotOf } from './worker-facts.ts';

export const applyFix: AgentTool = {
  name: 'apply_fix',
  title: 'Apply a fix',
  description:
    'Makes one of the fixes that explain_failure or validate_workers_file offered: edits the workers file, applies it, and starts the worker if it had failed. Answers with the diff and the state. Not for changes of source code: edit the file yourself, then call restart_workers.',
  input: schemaOf({ fix: { type: 'string', description: 'The id of the fix, such as HSU104-1a2b3c.' } }, 'fix'),
  readOnly: false,
  async preview({ host, input }) {
    const file = await readWorkersText(host.file);
    const { fix, problem } = wantedFix(fixesOf(file), input.text('fix'));
    const whose = problem.workerId === undefined ? '' : ` for ${problem.workerId}`;
    return {
      title: `${fix.title}${whose} in ${path.basename(host.file)}, and apply it?`,
      detail: lineDiff(file.text, applyEdits(file.text, fix.edits)),
    };
  },
  async run({ host, input }) {
    const file = await readWorkersText(host.file);
    const { fix, problem } = wantedFix(fixesOf(file), input.text('fix'));
    const after = applyEdits(file.text, fix.edits);
    const { diff, master, plan } = await changeFile(host, { file: host.file, before: file.text, after });
    const id = problem.workerId;
    const answer = { done: fix.title, diff };
    if (!master || !plan) return { ...answer, note: notRunning };
    const refused = plan.refused.some((one) => one.id === id);
    if (id === undefined || refused) return { ...answer, ...planAnswer(plan, false) };
    const { state, enabled } = await snapshotOf(master, id);
    const outcomes = enabled && (state === 'failed' || state === 'initialized') ? await master.start([id]) : [];
    const worker = await snapshotOf(master, id);
    return {
      ...answer,
      ...(outcomes[0] ? { started: outcomes[0].message } : {}),
      ...(worker.state === 'failed' ? { next: `Call explain_failure with id "${id}" again.` } : {}),
      worker: factsOf(worker),
    };
  },
};

function wantedFix(fixes: readonly KnownFix[], id: string): KnownFix {
  const found = fixes.find((known) => known.id === id);
  if (found) return found;
  const known = fixes.map((one) => one.id).slice(0, 12);
  throw new AgentError(
    known.length > 0
      ? `There is no fix "${id}" for the file as it is now; there are: ${known.join(', ')}. Call validate_workers_file to see them.`
      : `There is no fix "${id}": the file as it is now has none. Call validate_workers_file to see what is wrong.`,
  );
}
