import type { CodeLens, Command } from 'vscode-languageserver-types';
import { otherDeployment } from '../../master/config/switch-deployment.ts';
import { describeState } from '../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';
import { type OpenDocument, type OpenManifest, rangeOf, shownWorkers } from '../document.ts';
import { clientCommands } from '../protocol.ts';
import { packagePlaces } from './symbol-at.ts';

/** Above each worker its state and what can be done with it; above a package how many workers of `others` run it. */
export function codeLenses(open: OpenDocument, others: readonly OpenDocument[] = []): CodeLens[] {
  if (open.kind === 'package') return usedBy(open, others);
  if (open.kind !== 'workers') return [];
  return shownWorkers(open).flatMap(({ id, type, dash }) => {
    const { line } = open.places.positionAt(dash);
    const range = { start: { line, character: 0 }, end: { line, character: 0 } };
    return commands(open.uri, id, type, open.snapshots?.get(id)).map((command) => ({ range, command }));
  });
}

function usedBy(open: OpenManifest, others: readonly OpenDocument[]): CodeLens[] {
  const name = open.reading.manifest?.name;
  const place = name === undefined ? undefined : packagePlaces(open, name)[0];
  if (name === undefined || !place) return [];
  const count = others.reduce((sum, one) => sum + (one.kind === 'workers' ? packagePlaces(one, name).length : 0), 0);
  const title = count === 0 ? 'used by no worker' : `used by ${count} worker${count === 1 ? '' : 's'}`;
  return [{ range: rangeOf(open, place), command: { title, command: '' } }];
}

function commands(
  uri: string,
  id: string,
  type: 'process' | 'module' | undefined,
  snapshot: WorkerSnapshot | undefined,
): Command[] {
  const command = (title: string, name: keyof typeof clientCommands): Command => ({
    title,
    command: clientCommands[name],
    arguments: [uri, id],
  });
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
  const troubled = snapshot.health === 'degraded' || snapshot.health === 'unhealthy';
  const shape = snapshot.state === 'running' && troubled ? '▲' : shapes[snapshot.state];
  return `${shape} ${describeState(snapshot)}`;
}
