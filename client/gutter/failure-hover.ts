import { timeOfDay } from '../../master/lifecycle/local-time.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

const actions = [
  ['Show logs around this failure', 'hsu.worker.showFailureLogs'],
  ['Restart', 'hsu.worker.restart'],
  ['Show details', 'hsu.worker.showDetails'],
] as const;

/** Commands that the hover's links may run. */
export const hoverCommands = actions.map(([, command]) => command);

/** How many lines of a stack say enough. */
const stackLines = 6;

/** The last failure of a worker that does not run as it should, as Markdown; undefined where there is nothing to say. */
export function failureHover(worker: WorkerSnapshot, uri: string): string | undefined {
  const failure = worker.last_error;
  if (!failure || worker.state === 'running') return undefined;
  const stack = (failure.stack ?? '')
    .split('\n')
    .slice(1, 1 + stackLines)
    .filter((line) => line.trim() !== '');
  const links = actions.map(([title, command]) => {
    const parameters = encodeURIComponent(JSON.stringify([uri, worker.id]));
    return `[${title}](command:${command}?${parameters})`;
  });
  return [
    `**${escape(worker.id)}** ${worker.state === 'failed' ? 'failed' : `is ${worker.state}; its last failure`}:`,
    escape(failure.message),
    ...(stack.length > 0 ? [['```text', ...stack.map((line) => line.replaceAll('```', "'''")), '```'].join('\n')] : []),
    ...(worker.retry_at === null ? [] : [`Next try at ${timeOfDay(worker.retry_at)}.`]),
    links.join(' · '),
  ].join('\n\n');
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>$~]/g, String.raw`\$&`);
}
