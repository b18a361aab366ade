import { execa } from 'execa';
import { describeWorker } from '../lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { neutralise } from '../logs/neutralise.ts';
import type { LogLine, Outcome } from '../protocol.ts';
import { openMaster, type OpenMaster } from '../open-master.ts';
import { CommandError, UsageError, type Command, type ExitCode, type Terminal } from './command.ts';
import { interrupted } from './interrupted.ts';

export const runCommand: Command = {
  name: 'run',
  usage: '[--only ID,…] [--env NAME] [--isolated] [--until-healthy -- COMMAND…]',
  summary: 'Runs a master in the foreground with every enabled worker, until Ctrl-C or while COMMAND runs.',
  options: {
    only: { type: 'string' },
    env: { type: 'string' },
    isolated: { type: 'boolean' },
    'until-healthy': { type: 'boolean' },
  },
  async run({ terminal, text, flag, rest, file, json }) {
    const whileRunning = flag('until-healthy');
    if (whileRunning !== rest.length > 0) {
      throw new UsageError('hsu run takes --until-healthy together with a command behind --, or neither.');
    }
    const environment = text('env');
    const opened = await openMaster({
      file: file(),
      isolated: flag('isolated'),
      // With --json there is nothing but JSON on stdout.
      ...(json ? { output: { stdout: process.stderr, stderr: process.stderr } } : {}),
      ...(environment === undefined ? {} : { environment }),
    });
    const show = json ? showEvents(opened, terminal) : showSentences(opened, terminal);
    const asked = interrupted();
    try {
      const plan = await opened.ready;
      const only = text('only')?.split(',') ?? [];
      for (const id of only) opened.master.controller(id);
      if (json) terminal.stdout.write(`${JSON.stringify({ event: 'plan', ...plan })}\n`);
      else for (const { message } of plan.refused) terminal.stderr.write(`${message}\n`);
      if (plan.added.length === 0) {
        throw new CommandError('No worker can be run; "hsu validate" shows every finding.');
      }
      const started = opened.master.start(only);
      const ended = Promise.race([asked, opened.closed]).then(() => 0);
      return await (whileRunning ? Promise.race([ended, runCommandWhenUp(started, rest, terminal)]) : ended);
    } finally {
      await opened.close();
      show.end();
    }
  },
};

/** Runs the command when every worker runs; its exit status is the answer. */
async function runCommandWhenUp(
  started: Promise<readonly Outcome[]>,
  [program = '', ...args]: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> {
  const failed = (await started).filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new CommandError(`${program} was not run: ${failed.map(({ message }) => message).join(' ')}`);
  }
  const result = await execa(program, args, { stdio: 'inherit', cwd: terminal.cwd(), reject: false });
  if (result.exitCode === undefined) {
    throw new CommandError(`${program} did not run to its end: ${result.shortMessage ?? 'it could not be started'}.`);
  }
  return result.exitCode;
}

interface Show {
  end(): void;
}

/** One JSON value a line: each changed snapshot, each line of output. */
function showEvents(opened: OpenMaster, terminal: Terminal): Show {
  const print = (event: string, value: object) => terminal.stdout.write(`${JSON.stringify({ event, ...value })}\n`);
  return watch(opened, {
    worker: (worker) => print('worker', worker),
    line: (id, line) => print('log', { id, ...line }),
  });
}

/** A sentence for each change of state, and the output of the workers behind their names, where it is not printed anyway. */
function showSentences(opened: OpenMaster, terminal: Terminal): Show {
  const sentences = new Map<string, string>();
  return watch(opened, {
    worker(worker) {
      const failed = worker.state === 'failed' && worker.last_error ? `\n  ${worker.last_error.message}` : '';
      const sentence = `${describeWorker(worker)}${failed}`;
      if (sentences.get(worker.id) === sentence) return;
      sentences.set(worker.id, sentence);
      terminal.stdout.write(`${sentence}\n`);
    },
    line(id, { stream, text }) {
      if (!opened.prints(stream)) terminal.stdout.write(`${id} | ${neutralise(text)}\n`);
    },
  });
}

function watch(
  { master, logs }: OpenMaster,
  on: {
    readonly worker: (worker: WorkerSnapshot) => void;
    readonly line: (id: string, line: LogLine) => void;
  },
): Show {
  const shown = new Map<string, string>();
  const follows = new Map<string, { dispose(): void }>();
  const update = () => {
    for (const worker of master.snapshots()) {
      if (!follows.has(worker.id)) {
        follows.set(
          worker.id,
          logs.follow(worker.id, (lines) => lines.forEach((line) => on.line(worker.id, line))),
        );
      }
      const text = JSON.stringify({ ...worker, resources: null });
      if (shown.get(worker.id) === text) continue;
      shown.set(worker.id, text);
      on.worker(worker);
    }
  };
  const unsubscribe = master.onDidChange(update);
  return {
    end() {
      update();
      unsubscribe();
      for (const following of follows.values()) following.dispose();
    },
  };
}
