import path from 'node:path';
import { describeFilled } from '../config/fill-block.ts';
import { connectToMaster, NoMasterError } from '../connect.ts';
import type { MasterClient } from '../master-client.ts';
import { lineDiff } from '../config/line-diff.ts';
import { planSwitch } from '../world/plan-switch.ts';
import { replaceText } from '../world/text-file.ts';
import { CommandError, UsageError, type Command } from './command.ts';
import { patienceMs } from './with-master.ts';

export const switchCommand: Command = {
  name: 'switch',
  usage: 'ID --to process|module [--env NAME] [--dry-run]',
  summary:
    'Makes a worker run the other way: edits the file, or the overlay of an environment, then restarts what changed.',
  options: {
    to: { type: 'string', value: 'TYPE', about: 'process or module.' },
    env: { type: 'string', value: 'NAME', about: "Edits workers.NAME.yaml; '' means the file itself." },
    'dry-run': { type: 'boolean', about: 'Only shows the edit.' },
  },
  words: 1,
  async run({ terminal, positionals, text, flag, file: findFile, json }) {
    const [id] = positionals;
    const to = text('to');
    if (id === undefined) throw new UsageError('hsu switch needs the id of one worker.');
    if (to !== 'process' && to !== 'module') throw new UsageError('hsu switch needs --to process or --to module.');
    const file = findFile();
    const master = await runningMaster(file);
    try {
      // Without --env the one that is in force; an empty one means the file itself.
      const environment = (text('env') ?? master?.welcome.environment) || undefined;
      const change = await planSwitch(file, environment, id, to);
      if ('refused' in change) throw new CommandError(change.refused);
      const diff = lineDiff(change.before, change.after);
      const answer = { id, type: to, file: change.file, filled: change.filled ?? null };
      const filled = change.filled ? ` ${describeFilled(change.filled)}` : '';
      if (flag('dry-run')) {
        const said = { ...answer, applied: false, diff };
        terminal.stdout.write(json ? `${JSON.stringify(said)}\n` : `${change.file}\n${diff}\n`);
        return 0;
      }
      await replaceText(change.file, change.after);
      const state = master && (await apply(master, id, text('env')));
      const where = environment === undefined ? '' : ` by ${path.basename(change.file)}`;
      const then = state ?? 'no master is running, so nothing was restarted';
      terminal.stdout.write(
        json
          ? `${JSON.stringify({ ...answer, applied: master !== undefined })}\n`
          : `${id} is a ${to} now${where}; ${then}.${filled}\n`,
      );
      return 0;
    } finally {
      master?.dispose();
    }
  },
};

/** Undefined when none runs. */
async function runningMaster(file: string): Promise<MasterClient | undefined> {
  try {
    return await connectToMaster({ file, name: 'hsu switch', owner: false, patienceMs });
  } catch (error) {
    if (error instanceof NoMasterError) return undefined;
    throw error;
  }
}

/** Says what became of the worker. */
async function apply(master: MasterClient, id: string, environment: string | undefined): Promise<string> {
  const laid = environment === undefined ? {} : { environment: environment === '' ? null : environment };
  const plan = await master.apply({ dryRun: false, restart: true, ...laid });
  const refused = plan.refused.find((refusal) => refusal.id === id);
  if (refused) throw new CommandError(refused.message);
  const worker = (await master.snapshots()).find((snapshot) => snapshot.id === id);
  return worker ? `it is ${worker.state}` : 'it is not among the workers that run';
}
