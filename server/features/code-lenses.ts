import type { CodeLens, Command } from 'vscode-languageserver-types';
import { otherDeployment } from '../../master/config/switch-deployment.ts';
import type { ItemReading } from '../../master/config/read-item.ts';
import { describeState } from '../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { isAtRest } from '../../master/lifecycle/worker-state.ts';
import { type OpenDocument, type OpenWorkersFile, readable } from '../document.ts';
import { clientCommands } from '../protocol.ts';

/** Above each worker: its state and what can be done with it. */
export function codeLenses(open: OpenDocument): CodeLens[] {
  if (open.kind !== 'workers') return [];
  const document = readable(open);
  const lenses: CodeLens[] = [];
  for (let index = 0; index < document.workers.size; index++) {
    const reading = document.workers.readingOf(index);
    if (!reading?.id) continue;
    const line = document.places.positionAt(dashOf(document, index)).line;
    const range = { start: { line, character: 0 }, end: { line, character: 0 } };
    const snapshot = document.snapshots?.get(reading.id.value);
    for (const command of commands(document.uri, reading.id.value, reading, snapshot)) lenses.push({ range, command });
  }
  return lenses;
}

/** Comments and blank lines may stand before it, in the text of the item above. */
function dashOf({ workers }: OpenWorkersFile, index: number): number {
  return workers.startOf(index) + Math.max(0, workers.textOf(index).indexOf('-'));
}

function commands(uri: string, id: string, reading: ItemReading, snapshot: WorkerSnapshot | undefined): Command[] {
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
  if (reading.type) shown.push(command(`Switch to ${otherDeployment(reading.type)}`, 'switchDeployment'));
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
