import { connectOnce } from '../calls/connect-once.ts';
import { isAtRest } from '../lifecycle/worker-state.ts';
import { inertJson } from '../logs/neutralise.ts';
import { placesOf } from '../places.ts';
import { CommandError, UsageError, type Command, type Terminal } from './command.ts';
import { PacedOutput } from './paced-output.ts';
import { withMaster } from './with-master.ts';

export const callCommand: Command = {
  name: 'call',
  usage: 'ID FUNCTION [JSON…]',
  summary: 'Calls a function that a worker publishes, and prints what it answers; a stream as one JSON value a line.',
  options: {
    endpoint: { type: 'string', value: 'NAME', about: 'Which object, where the worker publishes several.' },
    timeout: { type: 'string', value: 'SECONDS', about: 'How long the answer may take: 30 where it is not said.' },
  },
  run({ terminal, positionals, text, file }) {
    const [id, name, ...values] = positionals;
    if (id === undefined || name === undefined) {
      throw new UsageError('hsu call needs the id of a worker and the name of a function.');
    }
    const args = values.map(readArgument);
    const endpoint = text('endpoint');
    const timeoutMs = readTimeout(text('timeout'));
    return withMaster(file(), async ({ welcome }) => {
      const worker = welcome.workers.find((each) => each.id === id);
      // A person need not wait as another worker does.
      if (worker && isAtRest(worker.state)) {
        throw new CommandError(`${id} is ${worker.state} and cannot be called. Start it: hsu start ${id}.`);
      }
      const options = { ...(endpoint === undefined ? {} : { endpoint }), ...timeoutMs };
      const { gone } = new PacedOutput(terminal.stdout);
      await connectOnce(placesOf(file()).folder, id, options, async (call) => {
        // Nobody reads on from a stream that may have no end.
        await Promise.race([gone, call(name, args).then((answer) => print(answer, terminal))]);
      });
      return 0;
    });
  },
};

function readArgument(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const example = /^[\w.-]+$/.test(text) ? ` For a text, write '"${text}"'.` : '';
    throw new UsageError(`Each argument is a JSON value such as 5 or '{"a":1}', not ${text}.${example}`);
  }
}

/** Seconds. */
function readTimeout(text: string | undefined): { readonly timeoutMs?: number } {
  if (text === undefined) return {};
  const seconds = Number(text);
  if (seconds > 0) return { timeoutMs: seconds * 1000 };
  throw new UsageError(`--timeout takes a number of seconds, such as 5, and got "${text}".`);
}

async function print(answer: unknown, { stdout }: Terminal): Promise<void> {
  if (typeof answer !== 'object' || answer === null || !(Symbol.asyncIterator in answer)) {
    stdout.write(`${toJson(answer)}\n`);
    return;
  }
  for await (const item of answer as AsyncIterable<unknown>) stdout.write(`${toJson(item)}\n`);
}

/** What JSON has no word for is written as near as can be, never left out in silence. */
function toJson(answer: unknown): string {
  try {
    return inertJson(answer, replacer) ?? 'null';
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`The answer cannot be written as JSON: ${why}`);
  }
}

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Map) return Object.fromEntries(value) as unknown;
  if (value instanceof Set) return [...value] as unknown;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value;
}
