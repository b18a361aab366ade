import path from 'node:path';
import type { Plan } from '../../protocol.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool, ToolCall } from '../tool.ts';

export const applyConfiguration: AgentTool = {
  name: 'apply_configuration',
  title: 'Apply the workers file',
  description:
    'Makes the running workers what the saved workers file says, and restarts those it changes. By default it only answers with the plan: give dry_run false to carry it out. Call it after editing the file; validate_workers_file first. New workers are added, not started: use start_workers.',
  input: schemaOf({
    dry_run: { type: 'boolean', description: 'Only say what would change.', default: true },
  }),
  readOnly: false,
  async preview(call) {
    if (call.input.flag('dry_run')) return { title: '', detail: '' };
    const plan = await planOf(call, true);
    return {
      title: `Apply ${path.basename(call.host.file)} to its running workers?`,
      detail: planLines(plan).join('\n'),
    };
  },
  async run(call) {
    const dryRun = call.input.flag('dry_run');
    const plan = await planOf(call, dryRun);
    return planAnswer(plan, dryRun);
  },
};

async function planOf({ host }: ToolCall, dryRun: boolean): Promise<Plan> {
  return (await host.master()).apply({ dryRun, restart: true });
}

export function planAnswer(plan: Plan, dryRun: boolean): object {
  const first = plan.refused[0]?.id;
  const isEmpty = plan.added.length + plan.removed.length + plan.restart.length + plan.refused.length === 0;
  return {
    ...(dryRun ? { dry_run: true } : { applied: true }),
    ...(first === undefined
      ? dryRun && !isEmpty
        ? { next: 'Call apply_configuration with dry_run false to carry it out.' }
        : {}
      : { next: `Call explain_failure with id "${first}".` }),
    refused: plan.refused,
    restart: plan.restart,
    added: plan.added,
    removed: plan.removed,
    unchanged: plan.unchanged.length,
  };
}

function planLines(plan: Plan): readonly string[] {
  return [
    ...plan.restart.map(({ id, because }) => `restart ${id}: ${because.join(', ')} changed`),
    ...plan.added.map((id) => `add ${id}`),
    ...plan.removed.map((id) => `stop and remove ${id}`),
    ...plan.refused.map(({ message }) => `refuse: ${message}`),
    `${plan.unchanged.length} unchanged`,
  ];
}
