import { UsageError, type Command } from './command.ts';
import { withMaster } from './with-master.ts';

export const debugCommand: Command = {
  name: 'debug',
  usage: 'ID [--end]',
  summary: "Opens a running worker's inspector on 127.0.0.1 and prints its address; --end closes it.",
  options: { end: { type: 'boolean', about: 'Closes the inspector.' } },
  words: 1,
  run({ terminal, positionals, flag, file, json }) {
    const [id] = positionals;
    if (id === undefined) throw new UsageError('hsu debug needs the id of one worker.');
    return withMaster(file(), async (client) => {
      if (flag('end')) {
        await client.endDebug(id);
        terminal.stdout.write(json ? `${JSON.stringify({ id })}\n` : `The inspector of ${id} is closed.\n`);
        return 0;
      }
      const target = await client.debug({ id, fromStart: false });
      terminal.stdout.write(
        json
          ? `${JSON.stringify(target)}\n`
          : `${target.kind === 'inspector' ? target.websocketAddress : JSON.stringify(target.configuration)}\n`,
      );
      return 0;
    });
  },
};
