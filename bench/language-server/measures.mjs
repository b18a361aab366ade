import { MeasuredServer, OutOfPatience } from './measured-server.mjs';
import { placesIn } from './make-workers.mjs';

/** @typedef {import('./measured-server.mjs').Side} Side */

const marks = (line) => (findings) =>
  findings.some(
    ({ range }) => range.start.line <= line && range.end.line >= line && range.end.line - range.start.line < 20,
  );
const spares = (line) => (findings) => !marks(line)(findings);
const faultInLast = 'the fault in the last worker';

/** A server that has read the file, for as long as it is measured. */
async function opened(side, file, text, options, measured) {
  const server = new MeasuredServer(side, file, options);
  try {
    await server.open(text);
    await server.findings(marks(placesIn(text).last), faultInLast);
    return await measured(server);
  } finally {
    await server.end();
  }
}

/** Spawn → the finding in the last worker, and what the server has used by then. */
export async function coldStart(/** @type {Side} */ side, file, text, rounds) {
  const start = async () => {
    const began = performance.now();
    return opened(side, file, text, {}, () => performance.now() - began);
  };
  const times = await timesOf(rounds, start);
  const { cpuMs, rssMb } = await opened(side, file, text, { watched: true }, (server) => server.state());
  return { 'cold start ms': median(times), 'cold start CPU ms': cpuMs, 'opened MB': rssMb };
}

/** What happens while somebody types in the middle of the file. */
export function typing(/** @type {Side} */ side, file, text, rounds, patienceMs = 60_000) {
  const { dependsOn, healthCheck, interval } = placesIn(text);
  const unit = text.split('\n')[interval].lastIndexOf('s"');
  return opened(side, file, text, { watched: true, patienceMs }, async (server) => {
    await server.state();
    const edit = await timesOf(rounds, async (round) => {
      const breaks = round % 2 === 0;
      server.change(interval, unit, unit + 1, breaks ? 'x' : 's');
      await (breaks
        ? server.findings(marks(interval), 'the fault that was typed')
        : server.findings(spares(interval), 'that the fault has gone'));
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
          await server.findings(spares(healthCheck), 'that the line is gone');
        },
      );
    const key = await completing('    ');
    const value = await completing('    enabled: ');
    const asking = (method, position) => timesOf(rounds, () => server.ask(method, position));
    const hover = await asking('hover', { line: healthCheck, character: 8 });
    const definition = side.pulls ? await asking('definition', { line: dependsOn, character: 20 }) : [];
    const { blockMs, rssMb } = await server.state();
    return {
      'edit → findings ms': median(edit),
      'key completion ms': median(key),
      'value completion ms': median(value),
      'hover ms': median(hover),
      'definition ms': median(definition),
      'longest block ms': blockMs,
      'memory MB': rssMb,
    };
  });
}

/** What the editor asks for a whole document, three times each after an edit. */
export function wholeFile(/** @type {Side} */ side, file, text) {
  const { interval } = placesIn(text);
  return opened(side, file, text, { watched: true }, async (server) => {
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
        } catch (error) {
          if (error instanceof OutOfPatience) throw error;
          // A request that a server does not know.
          break;
        }
        times.push(performance.now() - start);
      }
      const { blockMs, blockCpuMs } = await server.state();
      row[`${method} ms`] = median(times);
      row[`${method} block`] = times.length > 0 ? blockMs : NaN;
      row[`${method} at work`] = times.length > 0 ? blockCpuMs : NaN;
    }
    return row;
  });
}

const wholeFileRequests = [
  'documentSymbol',
  'foldingRange',
  'codeLens',
  'documentLink',
  'semanticTokens/full',
  'formatting',
];

/** How long the event loop of a server stands still for a paste. */
export function pastes(/** @type {Side} */ side, file, text, insert) {
  const { interval, healthCheck } = placesIn(text);
  return opened(side, file, text, { watched: true, patienceMs: 10_000 }, async (server) => {
    await server.state();
    const at = insert.startsWith('  - id') ? healthCheck + 3 : interval;
    server.change(at, 0, 0, insert);
    await server.findings(() => true, 'any findings');
    await server.ask('completion', { line: at, character: 0 });
    await server.ask('hover', { line: 2, character: 6 });
    const { blockMs, blockCpuMs } = await server.state();
    return { 'longest block ms': blockMs, 'at work ms': blockCpuMs };
  });
}

/** Memory after a tenth of many edits and after all of them, or after as many as a server does in `seconds`. */
export function longRun(/** @type {Side} */ side, file, text, edits, seconds) {
  const { healthCheck, last } = placesIn(text);
  return opened(side, file, text, { watched: true }, async (server) => {
    let tenth = NaN;
    await server.state();
    const started = performance.now();
    let done = 0;
    while (done < edits && performance.now() - started < seconds * 1000) {
      server.change(healthCheck, 0, 0, `    # a comment that is written, number ${done}\n`);
      server.change(healthCheck, 0, 0, '', healthCheck + 1);
      done += 2;
      if (done % 20 === 0) await server.ask('hover', { line: healthCheck, character: 8 });
      if (done % 20 === 0 && side.pulls) await server.findings(marks(last), faultInLast);
      if (done === edits / 10) tenth = (await server.state()).rssMb;
    }
    const { rssMb, blockMs, blockCpuMs } = await server.state();
    return {
      edits: done,
      'MB after a tenth': tenth,
      'MB at the end': rssMb,
      'longest block ms': blockMs,
      'at work ms': blockCpuMs,
    };
  });
}

/** Times of up to `rounds` rounds; three are enough where they take long. A round may tell its own. */
async function timesOf(rounds, measured, afterwards) {
  const times = [];
  const began = performance.now();
  for (let round = 0; round < rounds && (round < 3 || performance.now() - began < 5_000); round++) {
    const start = performance.now();
    const own = await measured(round);
    times.push(typeof own === 'number' ? own : performance.now() - start);
    await afterwards?.();
  }
  return times;
}

function median(times) {
  return times.length === 0 ? NaN : times.toSorted((a, b) => a - b)[times.length >> 1];
}
