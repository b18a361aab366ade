import type { CodeLens, Location } from 'vscode-languageserver-types';
import { otherDeployment } from '../../master/config/switch-deployment.ts';
import { describeState } from '../../master/lifecycle/describe-worker.ts';
import { countStates, describeCounts } from '../../master/lifecycle/state-counts.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';
import {
  type OpenDocument,
  type OpenManifest,
  type OpenWorkersFile,
  rangeOf,
  replicasOf,
  type ShownWorker,
  shownWorkers,
} from '../document.ts';
import { clientCommands, type WorkerLens, type WorkerLenses } from '../protocol.ts';
import { packagePlaces } from './symbol-at.ts';
import type { Work } from './work.ts';

/** The documents that a document is shown with. */
interface Company {
  /** Those whose workers may run the package. */
  readonly others?: readonly OpenDocument[];
  /** What is laid over the workers file. */
  readonly overlay?: OpenWorkersFile | undefined;
}

/** Above each worker its state and what can be done with it; above a package how many workers of `others` run it. */
export function* codeLenses(open: OpenDocument, { others = [], overlay }: Company = {}): Work<CodeLens[]> {
  if (open.kind === 'package') return usedBy(open, others);
  const found: CodeLens[] = [];
  yield* rowsOf(open, overlay, (line, id, row) => {
    const range = { start: { line, character: 0 }, end: { line, character: 0 } };
    for (const lens of row) {
      const { title, command } = lens;
      found.push({ range, command: { title, command, arguments: [open.uri, lens.id ?? id] } });
    }
  });
  return found;
}

/** The same of a workers file in few words. */
export function* workerLenses(open: OpenDocument, overlay?: OpenWorkersFile): Work<WorkerLenses> {
  const rows: (readonly WorkerLens[])[] = [];
  const known = new Map<string, number>();
  const workers: WorkerLenses['workers'][number][] = [];
  yield* rowsOf(open, overlay, (line, id, row) => {
    const key = JSON.stringify(row);
    let at = known.get(key);
    if (at === undefined) {
      at = rows.push(row) - 1;
      known.set(key, at);
    }
    workers.push([line, id, at]);
  });
  return { rows, workers };
}

/** Tells `take` of each worker: its line, its id, and what stands above it from left to right. */
function* rowsOf(
  open: OpenDocument,
  overlay: OpenWorkersFile | undefined,
  take: (line: number, id: string, row: readonly WorkerLens[]) => void,
): Work<undefined> {
  // What is on no disk is not run.
  if (open.kind !== 'workers' || !open.uri.startsWith('file:')) return undefined;
  const laid = new Map(overlay && Array.from(shownWorkers(overlay), ({ id, type }) => [id, type]));
  for (const written of shownWorkers(open)) {
    const worker = { ...written, type: laid.get(written.id) ?? written.type };
    const { id, replicas } = worker;
    const row =
      replicas === undefined ? lensesOf(open.snapshots?.get(id), worker) : lensesOfAll(open, worker, replicas);
    // A switch is written into the overlay in force.
    const mayBeSwitched = open.over?.isInForce !== false;
    const shown = mayBeSwitched ? row : row.filter(({ command }) => command !== clientCommands.switchDeployment);
    take(open.places.positionAt(worker.dash).line, id, shown);
    yield;
  }
  return undefined;
}

function usedBy(open: OpenManifest, others: readonly OpenDocument[]): CodeLens[] {
  const name = open.reading.manifest?.name;
  const place = name === undefined ? undefined : packagePlaces(open, name)[0];
  if (name === undefined || !place) return [];
  const range = rangeOf(open, place);
  const users: readonly Location[] = others
    .filter((one) => one.kind === 'workers')
    .flatMap((one) => packagePlaces(one, name).map((at) => ({ uri: one.uri, range: rangeOf(one, at) })));
  if (users.length === 0) return [{ range, command: { title: 'used by no worker', command: '' } }];
  const title = `used by ${users.length} worker${users.length === 1 ? '' : 's'}`;
  return [{ range, command: { title, command: clientCommands.showUsers, arguments: [open.uri, range.start, users] } }];
}

function lens(title: string, name: Exclude<keyof typeof clientCommands, 'showUsers'>): WorkerLens {
  return { title, command: clientCommands[name] };
}

function switchOf({ type }: ShownWorker): readonly WorkerLens[] {
  return type ? [lens(`Switch to ${otherDeployment(type)}`, 'switchDeployment')] : [];
}

/** Of a worker that stands for several: how they are together, and what is done to all of them. */
function lensesOfAll(open: OpenWorkersFile, worker: ShownWorker, written: number): readonly WorkerLens[] {
  const replicas = replicasOf(open, worker.id, written);
  const resting = replicas.filter(({ state }) => isAtRest(state));
  const worst = worstOf(replicas);
  const title = `${worst ? shapeOf(worst) : ''} ${describeCounts(countStates(replicas))}`;
  return [
    ...(worst ? [{ ...lens(title, 'reveal'), id: worst.id }] : []),
    ...(resting.length > 0 || replicas.length === 0 ? [lens('Start', 'start')] : []),
    ...(resting.length < replicas.length ? [lens('Stop', 'stop'), lens('Restart', 'restart')] : []),
    ...switchOf(worker),
  ];
}

/** The one whose state is the news: failed, unwell, on its way, at rest, and last what runs. */
function worstOf(replicas: readonly WorkerSnapshot[]): WorkerSnapshot | undefined {
  const order = ['✕', '▲', '…', '○', '✓'];
  const rank = (one: WorkerSnapshot) => order.indexOf(shapeOf(one));
  return replicas.toSorted((a, b) => rank(a) - rank(b))[0];
}

function lensesOf(snapshot: WorkerSnapshot | undefined, worker: ShownWorker): readonly WorkerLens[] {
  if (!snapshot) return [lens('Start', 'start'), ...switchOf(worker)];
  const orders = isAtRest(snapshot.state)
    ? [lens('Start', 'start')]
    : [lens('Stop', 'stop'), lens('Restart', 'restart')];
  return [
    lens(stateTitle(snapshot), 'reveal'),
    ...orders,
    ...switchOf(worker),
    lens('Debug', 'debug'),
    lens('Logs', 'showLogs'),
  ];
}

const shapes = {
  uninitialized: '○',
  initializing: '…',
  initialized: '○',
  starting: '…',
  running: '✓',
  stopping: '…',
  stopped: '○',
  failed: '✕',
} as const satisfies Record<WorkerSnapshot['state'], string>;

/** All of a worker's news that its lenses show, also where it is one of several replicas. */
export function stateTitle(snapshot: WorkerSnapshot): string {
  return `${shapeOf(snapshot)} ${describeState(snapshot)}`;
}

function shapeOf({ state, health }: WorkerSnapshot): string {
  const troubled = health === 'degraded' || health === 'unhealthy';
  return state === 'running' && troubled ? '▲' : shapes[state];
}
