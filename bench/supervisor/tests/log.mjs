import { readFileSync, statSync } from 'node:fs';
import { cpuMs, eventsIn, now, until } from '../machine.mjs';

const lines = 200_000;

/** One worker floods its output and ends at once: how soon is every line in the supervisor's files, and is it? */
export async function log(stage) {
  const command = stage.worker('lines', 'flood', String(lines));
  const supervisor = stage.supervise([{ id: 'flood', command, hasLog: true }]);
  await supervisor.warm?.();
  void supervisor.start();
  const begin = await until(
    () => eventsIn(stage.events).find(({ id }) => id === 'flood.begin'),
    'the first line',
    20_000,
    1,
  );
  const pids = supervisor.pids();
  const cpuBefore = cpuMs(pids);
  const size = () => supervisor.logFiles('flood').reduce((total, file) => total + sizeOf(file), 0);
  let grown = now();
  for (let last = 0; last < lines * 100 && now() - grown < 3000;) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const current = size();
    if (current > last) grown = now();
    last = current;
  }
  const captured = grown - begin.at;
  const done = await until(() => eventsIn(stage.events).find(({ id }) => id === 'flood.done'), 'the last line');
  const numbers = supervisor.logFiles('flood').flatMap(numbersIn);
  return {
    '200,000 lines in its files, ms': captured,
    'the worker was held up for, ms': done.at - begin.at,
    'processor time of the supervisor for them, ms': cpuMs(pids) - cpuBefore,
    'lines lost': lines - new Set(numbers).size,
    'lines out of order or damaged': numbers.filter((number, at) => number !== at).length,
  };
}

function sizeOf(file) {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Damaged lines are NaN. */
function numbersIn(file) {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => (line.length === 99 ? Number(line.slice(0, 9)) : Number.NaN));
}
