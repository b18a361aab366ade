import { readFileSync, writeFileSync } from 'node:fs';
import { connectToMaster, NoMasterError } from '../connect.ts';
import { applyEdits } from '../config/apply-edits.ts';
import { switchDeployment } from '../config/switch-deployment.ts';
import { worldOf } from '../world/read-configuration.ts';
import { CommandError, UsageError, type Command } from './command.ts';

export const switchCommand: Command = {
  name: 'switch',
  usage: 'ID --to process|module',
  summary: 'Makes a worker run the other way: edits one word of the file, then restarts what changed.',
  options: { to: { type: 'string' } },
  async run({ terminal, positionals, text, file: findFile, json }) {
    const [id, ...more] = positionals;
    const to = text('to');
    if (id === undefined || more.length > 0) throw new UsageError('hsu switch needs the id of one worker.');
    if (to !== 'process' && to !== 'module') throw new UsageError('hsu switch needs --to process or --to module.');
    const file = findFile();
    const before = readFileSync(file, 'utf8');
    const change = switchDeployment(before, id, to, worldOf(file));
    if ('refused' in change) throw new CommandError(change.refused);
    const after = applyEdits(before, change.edits);
    if (after !== before) writeFileSync(file, after);
    const applied = await applyIfRunning(file, id);
    const where = applied ?? 'no master is running, so nothing was restarted';
    terminal.stdout.write(
      json
        ? `${JSON.stringify({ id, type: to, applied: applied !== undefined })}\n`
        : `${id} is a ${to} now; ${where}.\n`,
    );
    return 0;
  },
};

/** What the running master did; undefined when none runs. */
async function applyIfRunning(file: string, id: string): Promise<string | undefined> {
  let client;
  try {
    client = await connectToMaster({ file, name: 'hsu switch', owner: false });
  } catch (error) {
    if (error instanceof NoMasterError) return undefined;
    throw error;
  }
  try {
    const plan = await client.apply({ dryRun: false, restart: true });
    const refused = plan.refused.find((refusal) => refusal.id === id);
    if (refused) throw new CommandError(refused.message);
    const worker = (await client.snapshots()).find((snapshot) => snapshot.id === id);
    return worker ? `it is ${worker.state}` : 'it is not among the workers that run';
  } finally {
    client.dispose();
  }
}
