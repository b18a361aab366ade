import { describeWorker } from '../lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { inertJson, neutralise } from '../logs/neutralise.ts';
import { PacedFollow } from '../logs/paced-follow.ts';
import type { LogLine, Outcome } from '../protocol.ts';
import { openMaster, type OpenMaster } from '../open-master.ts';
import { CommandError, UsageError, type Command, type ExitCode, type Terminal } from './command.ts';
import { endingSignals, interrupted } from './interrupted.ts';
import { loadPart } from '../load-part.ts';
import { reapAbandoned } from '../reap-abandoned.ts';
import { PacedOutput } from './paced-output.ts';

/** How long a reader of stdout may read nothing before it is given up when everything is stopped. Milliseconds. */
const readerPatienceMs = 5000;

export const runCommand: Command = {
  name: 'run',
  usage: '[--only ID,…] [--env NAME] [--isolated] [--until-healthy -- COMMAND…]',
  summary: 'Runs a master in the foreground with every enabled worker, until Ctrl-C or while COMMAND runs.',
  options: {
    only: { type: 'string', value: 'ID,…', about: 'Starts these workers, and what they depend on.' },
    env: { type: 'string', value: 'NAME', about: 'Lays workers.NAME.yaml over the file.' },
    isolated: { type: 'boolean', about: 'Gives each worker a free port of its own.' },
    'until-healthy': { type: 'boolean', about: 'Runs COMMAND when all workers run, and ends with it.' },
  },
  words: 0,
  runsAnother: true,
  async run({ terminal, text, flag, rest, file, json }) {
    const whileRunning = flag('until-healthy');
    if (whileRunning !== rest.length > 0) {
      throw new UsageError('hsu run takes --until-healthy together with a command behind --, or neither.');
    }
    const only = idsOf(text('only'));
    const environment = text('env');
    const workersFile = file();
    const output = new PacedOutput(terminal.stdout);
    let lastWords = (): Promise<void> => Promise.resolve();
    const opened = await openMaster({
      stopped: () => lastWords(),
      file: workersFile,
      isolated: flag('isolated'),
      // With --json there is nothing but JSON on stdout.
      ...(json ? { output: { stdout: process.stderr, stderr: process.stderr } } : {}),
      ...(environment === undefined ? {} : { environment }),
    });
    const show = json ? showEvents(opened, output) : showSentences(opened, output, terminal);
    lastWords = () => show.rest((sentence) => terminal.stderr.write(sentence));
    const asked = interrupted();
    // What is asked twice would end this process at once, and leave its workers.
    for (const signal of endingSignals) process.on(signal, () => undefined);
    try {
      const plan = await opened.ready;
      for (const id of only) opened.master.controller(id);
      if (json) output.write(`${inertJson({ event: 'plan', ...plan })}\n`);
      else for (const { message } of plan.refused) terminal.stderr.write(`${message}\n`);
      if (plan.added.length === 0) {
        throw new CommandError(
          `No worker of ${workersFile} can be run: "hsu validate ${workersFile}" shows every finding.`,
        );
      }
      const started = opened.master.start(only);
      const ended = Promise.race([asked, output.gone, opened.closed]).then(() => 0);
      return await (whileRunning ? Promise.race([ended, runCommandWhenUp(started, rest, terminal, json)]) : ended);
    } finally {
      await Promise.race([opened.close(), interruptedAgain(opened, terminal)]);
      show.end();
    }
  },
};

/** A Ctrl-C comes twice where npm passes it on, too: one within this time is no other one. Milliseconds. */
const sameCtrlCMs = 1000;

/** Never resolves: whoever presses Ctrl-C while workers are asked to end has them killed, and this process ends at once. */
function interruptedAgain({ places }: OpenMaster, { stderr }: Terminal): Promise<never> {
  const since = performance.now();
  process.on('SIGINT', () => {
    if (performance.now() - since < sameCtrlCMs) return;
    stderr.write('Interrupted again: what is left of the workers is killed.\n');
    void reapAbandoned(places, [], 0).finally(() => process.exit(1));
  });
  return new Promise(() => undefined);
}

/** Empty where all are meant. */
function idsOf(only: string | undefined): readonly string[] {
  const ids = only?.split(',').map((id) => id.trim());
  if (ids?.includes('')) throw new UsageError(`--only names workers with commas between them, not "${only}".`);
  return ids ?? [];
}

/** Runs the command when every worker runs; its exit status is the answer. */
async function runCommandWhenUp(
  started: Promise<readonly Outcome[]>,
  [program = '', ...args]: readonly string[],
  terminal: Terminal,
  json: boolean,
): Promise<ExitCode> {
  const failed = (await started).filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new CommandError(`${program} was not run: ${failed.map(({ message }) => message).join(' ')}`);
  }
  const result = await loadPart('execa').execa(program, args, {
    stdin: 'inherit',
    // With --json there is nothing but JSON on stdout.
    stdout: json ? process.stderr : 'inherit',
    stderr: 'inherit',
    cwd: terminal.cwd(),
    reject: false,
  });
  if (result.exitCode === undefined) {
    throw new CommandError(`${program} did not run to its end: ${result.shortMessage ?? 'it could not be started'}.`);
  }
  return result.exitCode;
}

interface Show {
  /** Resolves when the reader has everything there is, or reads no more; what it has not is told. */
  rest(tell: (sentence: string) => void): Promise<void>;
  end(): void;
}

/** One JSON value a line: each changed snapshot, each line of output. */
function showEvents(opened: OpenMaster, output: PacedOutput): Show {
  const print = (event: string, value: object) => output.write(`${inertJson({ event, ...value })}\n`);
  return watch(opened, output, {
    worker: (worker) => print('worker', worker),
    line: (id, line) => print('log', { id, ...line }),
    missing: (id, lines) => print('missing', { id, lines }),
  });
}

/** A sentence for each change of state, and the output of the workers behind their names, where it is not printed anyway. */
function showSentences(opened: OpenMaster, output: PacedOutput, terminal: Terminal): Show {
  const sentences = new Map<string, string>();
  const failures = new Map<string, string>();
  return watch(opened, output, {
    worker(worker) {
      const { id, state, since, last_error: failure } = worker;
      const sentence = describeWorker(worker);
      const failed = state === 'failed' && failure ? `  ${failure.message}\n` : '';
      if (sentences.get(id) !== sentence) output.write(`${sentence}\n`);
      // What it failed of stands there once, whatever is told of it after: when it is tried again, say.
      if (failed !== '' && failures.get(id) !== `${since} ${failed}`) output.write(failed);
      sentences.set(id, sentence);
      failures.set(id, `${since} ${failed}`);
    },
    line(id, { stream, text }) {
      if (!opened.prints(stream)) output.write(`${id} | ${neutralise(text)}\n`);
    },
    missing: (id, lines) =>
      terminal.stderr.write(
        `${lines} lines of ${id} are missing here: they were not kept until they could be shown.\n`,
      ),
  });
}

/** A reader that is behind gets every line when it comes to it, and of each worker the newest snapshot. */
function watch(
  { master, logs }: OpenMaster,
  output: PacedOutput,
  on: {
    readonly worker: (worker: WorkerSnapshot) => void;
    readonly line: (id: string, line: LogLine) => void;
    readonly missing: (id: string, lines: number) => void;
  },
): Show {
  const shown = new Map<string, string>();
  const follows = new Map<string, PacedFollow>();
  const follow = (id: string) =>
    new PacedFollow({
      logs,
      id,
      isBehind: () => output.isBehind,
      give: (lines, dropped) => {
        if (dropped > 0) on.missing(id, dropped);
        for (const line of lines) on.line(id, line);
      },
    });
  let isGivenUp = false;
  const update = () => {
    for (const worker of master.snapshots()) {
      if (!follows.has(worker.id)) follows.set(worker.id, follow(worker.id));
      if (output.isBehind) continue;
      const text = JSON.stringify({ ...worker, resources: null });
      if (shown.get(worker.id) === text) continue;
      shown.set(worker.id, text);
      on.worker(worker);
    }
  };
  const unsubscribe = master.onDidChange(update);
  output.onRead(() => {
    update();
    if (!isGivenUp) for (const following of follows.values()) following.goOn();
  });
  return {
    async rest(tell) {
      let isRead = true;
      while (isRead && [...follows.values()].some((following) => !following.giveRest())) {
        isRead = await output.read(readerPatienceMs);
      }
      for (const [id, following] of isRead ? [] : follows) {
        isGivenUp = true;
        following.dispose();
        if (following.left > 0) tell(`${following.left} lines of ${id} are not shown: nobody read them.\n`);
      }
    },
    end() {
      update();
      unsubscribe();
      for (const following of follows.values()) following.dispose();
    },
  };
}
