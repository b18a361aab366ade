import { describeLimit } from '../../master/lifecycle/describe-limit.ts';
import { describeHealth, describeWorker } from '../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { describeDuration } from './describe-duration.ts';
import { can } from '../views/worker-abilities.ts';
import { describeAge, describeFate } from '../views/worker-tooltip.ts';
import type { DetailsAction, DetailsModel, Fact } from './details-model.ts';

/** What the master was asked for besides the snapshots. */
export type Asked = Pick<DetailsModel, 'samples' | 'transitions' | 'configuration'>;

export function describeDetails(
  worker: WorkerSnapshot,
  workers: readonly WorkerSnapshot[],
  asked: Asked,
  file: string,
  now: number,
): DetailsModel {
  return {
    id: worker.id,
    file,
    state: worker.state,
    health: worker.health,
    sentence: describeWorker(worker),
    failure: worker.state === 'running' ? null : (worker.last_error?.message ?? null),
    facts: factsOf(worker, now),
    endpoints: worker.endpoints,
    actions: actionsOf(worker),
    ...asked,
    workers: workers.map((each) => ({
      id: each.id,
      state: each.state,
      health: each.health,
      sentence: describeWorker(each),
      dependsOn: each.depends_on,
    })),
  };
}

function factsOf(worker: WorkerSnapshot, now: number): readonly Fact[] {
  const facts: [string, string | undefined][] = [
    ['Name', worker.name ?? undefined],
    ['Description', worker.description ?? undefined],
    ['Deployment', worker.type === 'process' ? 'process' : `module (${worker.isolation})`],
    ['Package', [worker.package, worker.version].filter((part) => part !== null).join(' ') || undefined],
    ['State', `${worker.state} for ${describeAge(now - Date.parse(worker.since))}`],
    ['Ready after', worker.ready_in_ms === null ? undefined : describeDuration(worker.ready_in_ms)],
    ['Held', worker.held ? 'its output waits to be read' : undefined],
    ['Health', describeHealth(worker)],
    ['Process', worker.host_pid === 0 ? undefined : `${worker.host_pid}`],
    ['Restarts', `${worker.restarts}`],
    ...worker.limits.map((limit): [string, string] => ['Limit', describeLimit(limit)]),
    ['Goes down with', worker.state === 'running' ? describeFate(worker.fate) : undefined],
    ['Waits for', worker.depends_on.join(', ') || undefined],
    ['Group', worker.group ?? undefined],
    ['Tags', worker.tags.join(', ') || undefined],
    ['Latest run', describeLastRun(worker)],
    ['Next run', worker.next_run ?? undefined],
    ['Lines not kept', worker.log_lines_dropped === 0 ? undefined : `${worker.log_lines_dropped}, the oldest`],
    ['Restart needed', worker.restart_needed.join(', ') || undefined],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

function describeLastRun({ last_run: last }: WorkerSnapshot): string | undefined {
  if (!last) return undefined;
  const how = last.signal ?? (last.exit_code === null ? undefined : `exit code ${last.exit_code}`);
  return `ended ${last.ended_at.slice(0, 19).replace('T', ' ')}${how === undefined ? '' : `, ${how}`}`;
}

function actionsOf(worker: WorkerSnapshot): readonly DetailsAction[] {
  const actions: [DetailsAction, boolean][] = [
    ['start', can('canStart', worker)],
    ['stop', can('canStop', worker)],
    ['restart', can('canRestart', worker)],
    ['debug', can('canDebug', worker)],
    ['failure', worker.last_error !== null],
    ['logs', true],
    ['switch', can('canSwitch', worker)],
    ['file', true],
  ];
  return actions.flatMap(([action, possible]) => (possible ? [action] : []));
}
