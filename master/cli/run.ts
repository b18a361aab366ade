import { describeWorker } from '../lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';
import { neutralise } from '../logs/neutralise.ts';
import { openMaster, type OpenMaster } from '../open-master.ts';
import { CommandError, type Command, type Terminal } from './command.ts';
import { interrupted } from './interrupted.ts';

export const runCommand: Command = {
  name: 'run',
  usage: '[--only ID,…]',
  summary: 'Runs a master in the foreground with every enabled worker, until Ctrl-C.',
  options: { only: { type: 'string' } },
  async run({ terminal, text, file, json }) {
    const opened = await openMaster({ file: file() });
    const show = json ? showEvents(opened, terminal) : showSentences(opened, terminal);
    const asked = interrupted();
    try {
      const plan = await opened.ready;
      const only = text('only')?.split(',') ?? [];
      for (const id of only) opened.master.controller(id);
      if (json) terminal.stdout.write(`${JSON.stringify({ event: 'plan', ...plan })}\n`);
      else for (const { message } of plan.refused) terminal.stderr.write(`${message}\n`);
      if (plan.added.length === 0 && plan.refused.length > 0) {
        throw new CommandError('No worker can be run; "hsu validate" shows every finding.');
      }
      void opened.master.start(only);
      await Promise.race([asked, opened.closed]);
      return 0;
    } finally {
      await opened.close();
      show.end();
    }
  },
};

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

/** A sentence for each change of state, and the output of the workers behind their names. */
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
    line: (id, { text }) => terminal.stdout.write(`${id} | ${neutralise(text)}\n`),
  });
}

function watch(
  { master, logs }: OpenMaster,
  on: {
    readonly worker: (worker: WorkerSnapshot) => void;
    readonly line: (id: string, line: { readonly text: string }) => void;
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
