import type { CodeLens, Command, Location } from 'vscode-languageserver-types';
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
import { clientCommands } from '../protocol.ts';
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
  // What is on no disk is not run.
  if (open.kind !== 'workers' || !open.uri.startsWith('file:')) return found;
  const laid = new Map(overlay && Array.from(shownWorkers(overlay), ({ id, type }) => [id, type]));
  for (const written of shownWorkers(open)) {
    const worker = { ...written, type: laid.get(written.id) ?? written.type };
    const { line } = open.places.positionAt(worker.dash);
    const range = { start: { line, character: 0 }, end: { line, character: 0 } };
    const shown =
      worker.replicas === undefined
        ? commands(open.uri, worker, open.snapshots?.get(worker.id))
        : commandsOfAll(open.uri, worker, replicasOf(open, worker.id, worker.replicas));
    for (const command of shown) {
      // A switch is written into the overlay in force.
      if (open.over?.isInForce === false && command.command === clientCommands.switchDeployment) continue;
      found.push({ range, command });
    }
    yield;
  }
  return found;
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

type WorkerCommand = Exclude<keyof typeof clientCommands, 'showUsers'>;

function commandOf(uri: string, id: string, title: string, name: WorkerCommand): Command {
  return { title, command: clientCommands[name], arguments: [uri, id] };
}

/** Of a worker that stands for several: how they are together, and what is done to all of them. */
function commandsOfAll(uri: string, { id, type }: ShownWorker, replicas: readonly WorkerSnapshot[]): Command[] {
  const resting = replicas.filter(({ state }) => isAtRest(state));
  const worst = worstOf(replicas);
  return [
    ...(worst
      ? [commandOf(uri, worst.id, `${shapeOf(worst)} ${describeCounts(countStates(replicas))}`, 'reveal')]
      : []),
    ...(resting.length > 0 || replicas.length === 0 ? [commandOf(uri, id, 'Start', 'start')] : []),
    ...(resting.length < replicas.length
      ? [commandOf(uri, id, 'Stop', 'stop'), commandOf(uri, id, 'Restart', 'restart')]
      : []),
    ...(type ? [commandOf(uri, id, `Switch to ${otherDeployment(type)}`, 'switchDeployment')] : []),
  ];
}

/** The one whose state is the news: failed, unwell, on its way, at rest, and last what runs. */
function worstOf(replicas: readonly WorkerSnapshot[]): WorkerSnapshot | undefined {
  const order = ['✕', '▲', '…', '○', '✓'];
  const rank = (one: WorkerSnapshot) => order.indexOf(shapeOf(one));
  return replicas.toSorted((a, b) => rank(a) - rank(b))[0];
}

function commands(uri: string, { id, type }: ShownWorker, snapshot: WorkerSnapshot | undefined): Command[] {
  const command = (title: string, name: WorkerCommand) => commandOf(uri, id, title, name);
  const shown: Command[] = [];
  const resting = !snapshot || isAtRest(snapshot.state);
  if (snapshot) shown.push(command(stateTitle(snapshot), 'reveal'));
  shown.push(resting ? command('Start', 'start') : command('Stop', 'stop'));
  if (snapshot && !resting) shown.push(command('Restart', 'restart'));
  if (type) shown.push(command(`Switch to ${otherDeployment(type)}`, 'switchDeployment'));
  if (snapshot) shown.push(command('Debug', 'debug'), command('Logs', 'showLogs'));
  return shown;
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

function stateTitle(snapshot: WorkerSnapshot): string {
  return `${shapeOf(snapshot)} ${describeState(snapshot)}`;
}

function shapeOf({ state, health }: WorkerSnapshot): string {
  const troubled = health === 'degraded' || health === 'unhealthy';
  return state === 'running' && troubled ? '▲' : shapes[state];
}
