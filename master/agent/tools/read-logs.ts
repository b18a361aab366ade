import type { LogLine, Transition } from '../../protocol.ts';
import { newest } from '../bounded.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import type { AgentMaster } from '../agent-host.ts';
import { lineText, untrusted } from './log-lines.ts';
import { snapshotOf } from './worker-facts.ts';

export const readLogs: AgentTool = {
  name: 'read_logs',
  title: 'Read logs',
  description:
    'The newest output lines of one worker, oldest first, each with its number, time and stream. around_failure gives the lines before its latest failure. To find a text in the output of many workers use search_logs; to learn why a worker failed use explain_failure first.',
  input: schemaOf(
    {
      id: { type: 'string', description: 'The id of the worker.' },
      lines: { type: 'integer', description: 'At most this many lines.', minimum: 1, maximum: 200, default: 40 },
      before: {
        type: 'integer',
        description: 'Only lines with a smaller number: older_cursor of the answer before.',
        minimum: 1,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      after: {
        type: 'integer',
        description: 'Only lines with a greater number: what was written since a line.',
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
      },
      around_failure: { type: 'boolean', description: 'The lines before the latest failure.', default: false },
    },
    'id',
  ),
  readOnly: true,
  async run({ host, input }) {
    const id = input.text('id');
    const master = await host.master();
    await snapshotOf(master, id);
    const wanted = input.number('lines') ?? 40;
    const before = input.number('before');
    const after = input.number('after');
    const found = input.flag('around_failure')
      ? (await linesOfFailure(master, id)).slice(-wanted)
      : await master.logs({
          id,
          lines: wanted,
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        });
    const first = found.length - newest(found.map(lineText), 3_300).length;
    const shown = found.slice(first);
    const oldest = shown[0]?.seq ?? 1;
    return {
      id,
      note: untrusted,
      lines: shown.map(lineText),
      ...(oldest > (after ?? 0) + 1 ? { older_cursor: oldest } : {}),
    };
  },
};

/** Output may be seen this long after the failure it tells of. Milliseconds. */
const late = 1_000;

/** The newest lines up to the latest failure; without one, the newest lines. */
export async function linesOfFailure(master: AgentMaster, id: string): Promise<readonly LogLine[]> {
  const lines = await master.logs({ id, lines: 400 });
  const failure = latestFailure(await master.timeline(id));
  if (!failure) return lines;
  const until = Date.parse(failure.at) + late;
  const up = lines.filter(({ time }) => Date.parse(time) <= until);
  const run = up.at(-1)?.run;
  return up.filter((line) => line.run === run);
}

export function latestFailure(timeline: readonly Transition[]): Transition | undefined {
  return timeline.findLast(({ state }) => state === 'failed');
}
