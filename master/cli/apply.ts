import type { Plan } from '../protocol.ts';
import type { Command } from './command.ts';
import { withMaster } from './with-master.ts';

export const applyCommand: Command = {
  name: 'apply',
  usage: '[--dry-run] [--env NAME]',
  summary: 'Makes the running workers what the file says; --dry-run only says what would change.',
  options: {
    'dry-run': { type: 'boolean', about: 'Only says what would change.' },
    env: { type: 'string', value: 'NAME', about: "Lays workers.NAME.yaml over the file; '' takes it off again." },
  },
  words: 0,
  run({ terminal, text, flag, file, json }) {
    const environment = text('env');
    return withMaster(file(), async (client) => {
      const plan = await client.apply({
        dryRun: flag('dry-run'),
        restart: true,
        ...(environment === undefined ? {} : { environment: environment === '' ? null : environment }),
      });
      terminal.stdout.write(json ? `${JSON.stringify(plan)}\n` : describePlan(plan));
      return plan.refused.length === 0 ? 0 : 1;
    });
  },
};

/** One line a change; unchanged workers are counted. */
function describePlan(plan: Plan): string {
  const lines = [
    ...plan.added.map((id) => `added: ${id}`),
    ...plan.removed.map((id) => `removed: ${id}`),
    ...plan.restart.map(({ id, because }) => `restart: ${id}, because ${because.join(', ')} changed`),
    ...plan.refused.map(({ message }) => `refused: ${message}`),
    `unchanged: ${plan.unchanged.length}`,
  ];
  return `${lines.join('\n')}\n`;
}
