import { page } from '../bounded.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import { lineText, untrusted } from './log-lines.ts';
import { snapshotOf } from './worker-facts.ts';

export const searchLogs: AgentTool = {
  name: 'search_logs',
  title: 'Search logs',
  description:
    'Finds a text in the output of all workers or of some, newest first. The text is taken as it is, in capitals or not; it is no regular expression. Use it to find which service wrote something; read_logs shows the lines around.',
  input: schemaOf(
    {
      text: { type: 'string', description: 'What to find, at least two characters.' },
      ids: { type: 'array', description: 'Only these workers; all when absent.', items: { type: 'string' } },
      cursor: { type: 'integer', description: 'next_cursor of the answer before.', minimum: 0, maximum: 10_000 },
    },
    'text',
  ),
  readOnly: true,
  async run({ host, input }) {
    const master = await host.master();
    const asked = input.texts('ids');
    for (const id of asked) await snapshotOf(master, id);
    const ids = asked.length > 0 ? asked : (await master.snapshots()).map(({ id }) => id);
    const grep = literally(input.text('text'));
    const from = input.number('cursor') ?? 0;
    const found = await Promise.all(
      ids.map(async (id) =>
        // A worker that is refused has no output.
        (await master.logs({ id, lines: from + 100, grep }).catch(() => [])).map((line) => ({ id, line })),
      ),
    );
    const matches = found
      .flat()
      .sort((a, b) => (a.line.time < b.line.time ? 1 : a.line.time > b.line.time ? -1 : b.line.seq - a.line.seq));
    const { shown, next } = page(
      matches.map(({ id, line }) => `${id} ${lineText(line)}`),
      from,
      3_300,
    );
    return {
      note: untrusted,
      searched: ids.length,
      matches: shown,
      ...(next === undefined ? {} : { next_cursor: next }),
    };
  },
};

/** A pattern for the text itself, in capitals or not: it cannot be one that takes for ever. */
function literally(text: string): string {
  return [...text]
    .map((character) => {
      const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
      if (lower !== upper && [...lower].length === 1 && [...upper].length === 1) return `[${lower}${upper}]`;
      return character.replace(
        /[\\^$.*+?()[\]{}|/-]/,
        (special) => `\\u${special.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
    })
    .join('');
}
