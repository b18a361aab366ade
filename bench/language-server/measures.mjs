import { MeasuredServer } from './measured-server.mjs';
import { placesIn } from './make-workers.mjs';

/** @typedef {import('./measured-server.mjs').Side} Side */

const marks = (line) => (findings) =>
  findings.some(
    ({ range }) => range.start.line <= line && range.end.line >= line && range.end.line - range.start.line < 20,
  );
const spares = (line) => (findings) => !marks(line)(findings);

/** Spawn → the finding in the last worker, and what the server has used by then. */
export async function coldStart(/** @type {Side} */ side, file, text, rounds) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const server = new MeasuredServer(side, file);
    await server.open(text);
    await server.findings(marks(placesIn(text).last));
    times.push(performance.now() - start);
    await server.end();
  }
  const server = new MeasuredServer(side, file, { watched: true });
  await server.open(text);
  await server.findings(marks(placesIn(text).last));
  const { cpuMs, rssMb } = await server.state();
  await server.end();
  return { 'cold start ms': median(times), 'cold start CPU ms': cpuMs, 'opened MB': rssMb };
}

/** What happens while somebody types in the middle of the file. */
export async function typing(/** @type {Side} */ side, file, text, rounds) {
  const server = new MeasuredServer(side, file, { watched: true });
  await server.open(text);
  const { dependsOn, healthCheck, interval, last } = placesIn(text);
  await server.findings(marks(last));
  await server.state();
  const unit = text.split('\n')[interval].lastIndexOf('s"');
  const edit = await timesOf(rounds, async (round) => {
    const breaks = round % 2 === 0;
    server.change(interval, unit, unit + 1, breaks ? 'x' : 's');
    await server.findings(breaks ? marks(interval) : spares(interval));
  });
  if (edit.length % 2 === 1) server.change(interval, unit, unit + 1, 's');
  /** Asks at the end of a line that is just being written, then takes it back. */
  const completing = (line) =>
    timesOf(
      rounds,
      async () => {
        server.change(healthCheck, 0, 0, `${line}\n`);
        await server.ask('completion', { line: healthCheck, character: line.length });
      },
      async () => {
        server.change(healthCheck, 0, 0, '', healthCheck + 1);
        await server.findings(spares(healthCheck));
      },
    );
  const key = await completing('    ');
  const value = await completing('    enabled: ');
  const asking = (method, position) => timesOf(rounds, () => server.ask(method, position));
  const hover = await asking('hover', { line: healthCheck, character: 8 });
  const definition = side.pulls ? await asking('definition', { line: dependsOn, character: 20 }) : [];
  const { blockMs, rssMb } = await server.state();
  await server.end();
  return {
    'edit → findings ms': median(edit),
    'key completion ms': median(key),
    'value completion ms': median(value),
    'hover ms': median(hover),
    'definition ms': median(definition),
    'longest block ms': blockMs,
    'memory MB': rssMb,
  };
}

/** What the editor asks for a whole document, twice each: when it was opened, and again after an edit. */
export async function wholeFile(/** @type {Side} */ side, file, text) {
  const server = new MeasuredServer(side, file, { watched: true });
  await server.open(text);
  const { interval, last } = placesIn(text);
  await server.findings(marks(last));
  const row = {};
  for (const method of wholeFileRequests) {
    await server.state();
    const times = [];
    for (let round = 0; round < 3; round++) {
      server.change(interval, 0, 0, ' ');
      server.change(interval, 0, 1, '');
      const start = performance.now();
      try {
        await server.ask(
          method,
          undefined,
          method === 'formatting' ? { options: { tabSize: 2, insertSpaces: true } } : {},
        );
      } catch {
        break;
      }
      times.push(performance.now() - start);
    }
    const { blockMs } = await server.state();
    row[`${method} ms`] = median(times);
    row[`${method} block`] = times.length > 0 ? blockMs : NaN;
  }
  await server.end();
  return row;
}

const wholeFileRequests = [
  'documentSymbol',
  'foldingRange',
  'codeLens',
  'documentLink',
  'semanticTokens/full',
  'formatting',
];

/** What is pasted over the middle of a file, and how long the server stands still for it. */
export async function pastes(/** @type {Side} */ side, file, text) {
  const { interval, healthCheck, last } = placesIn(text);
  const mega = (line) => line.repeat(Math.ceil(1_000_000 / line.length));
  const pasted = {
    '5 MB of workers': mega(
      '  - id: pasted\n    type: process\n    execution:\n      executable_path: ./run.sh\n',
    ).repeat(5),
    'a git conflict': `<<<<<<< HEAD\n      interval: "1s"\n=======\n      interval: "2s"\n>>>>>>> other\n`,
    '1 MB in one line': mega('x'),
    '1 MB in a quoted line': `      endpoint: "${mega('y ')}"\n`,
    '1 MB of brackets': mega('[{'),
    'an open quote': '      endpoint: "\n',
  };
  const row = {};
  for (const [what, insert] of Object.entries(pasted)) {
    const server = new MeasuredServer(side, file, { watched: true });
    await server.open(text);
    await server.findings(marks(last));
    await server.state();
    const at = what === '5 MB of workers' ? healthCheck + 3 : interval;
    server.change(at, 0, 0, insert);
    await server.findings(() => true);
    await server.ask('completion', { line: at, character: 0 });
    await server.ask('hover', { line: 2, character: 6 });
    const { blockMs } = await server.state();
    row[what] = blockMs;
    await server.end();
  }
  return row;
}

/** Memory after a tenth of many edits and after all of them. */
export async function longRun(/** @type {Side} */ side, file, text, edits) {
  const server = new MeasuredServer(side, file, { watched: true });
  await server.open(text);
  const { healthCheck, last } = placesIn(text);
  await server.findings(marks(last));
  let tenth = 0;
  await server.state();
  const started = performance.now();
  let done = 0;
  while (done < edits && performance.now() - started < 180_000) {
    server.change(healthCheck, 0, 0, `    # a comment that is written, number ${done}\n`);
    server.change(healthCheck, 0, 0, '', healthCheck + 1);
    done += 2;
    if (done % 20 === 0) await server.ask('hover', { line: healthCheck, character: 8 });
    if (done % 20 === 0 && side.pulls) await server.findings(marks(last));
    if (done === edits / 10) tenth = (await server.state()).rssMb;
  }
  const { rssMb, blockMs } = await server.state();
  await server.end();
  return { edits: done, 'MB after a tenth': tenth, 'MB at the end': rssMb, 'longest block ms': blockMs };
}

/** Times of up to `rounds` rounds; three are enough where they take long. */
async function timesOf(rounds, measured, afterwards) {
  const times = [];
  const began = performance.now();
  for (let round = 0; round < rounds && (round < 3 || performance.now() - began < 15_000); round++) {
    const start = performance.now();
    await measured(round);
    times.push(performance.now() - start);
    await afterwards?.();
  }
  return times;
}

function median(times) {
  return times.length === 0 ? NaN : times.toSorted((a, b) => a - b)[times.length >> 1];
}
