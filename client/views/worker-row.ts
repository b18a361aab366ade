import { describeState, describeWorker } from '../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { stateIcon, type StateIcon } from './state-icon.ts';
import { contextValueOf, urlOf } from './worker-abilities.ts';

/** All that a row shows of a worker. Only slow facts: a row that changes every second cannot be clicked. */
export interface WorkerRow {
  readonly label: string;
  readonly description: string;
  readonly icon: StateIcon;
  readonly contextValue: string;
  readonly accessibleLabel: string;
}

export function workerRow(worker: WorkerSnapshot): WorkerRow {
  return {
    label: worker.id,
    description: describeFacts(worker).join(' · '),
    icon: stateIcon(worker),
    contextValue: contextValueOf(worker),
    accessibleLabel: describeWorker(worker),
  };
}

export function sameRow(a: WorkerRow, b: WorkerRow): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon.icon === b.icon.icon &&
    a.icon.color === b.icon.color &&
    a.contextValue === b.contextValue &&
    a.accessibleLabel === b.accessibleLabel
  );
}

/** What tells most stands first: a narrow side bar cuts the end off. */
function describeFacts(worker: WorkerSnapshot): string[] {
  const facts: string[] = [describeState(worker)];
  const port = portOf(urlOf(worker));
  if (port && worker.state === 'running') facts.push(`:${port}`);
  if (worker.restart_needed.length > 0) facts.push('restart needed');
  if (worker.state === 'failed' && worker.last_error) facts.push(worker.last_error.message);
  facts.push(worker.type === 'process' ? 'process' : `module (${worker.isolation})`);
  if (!worker.enabled) facts.push('disabled');
  return facts;
}

function portOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).port : undefined;
}
