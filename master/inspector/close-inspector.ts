import { setTimeout as wait } from 'node:timers/promises';
import { loadPart } from '../load-part.ts';
import { goOnAlways } from './let-go.ts';

/** How long the process may take to close it; a busy one keeps its inspector until its loop turns. Milliseconds. */
const patienceMs = 1000;

/**
 * Ends the inspector of another process from inside it: it has no other way to be closed. One that stands at a breakpoint
 * goes on, for its loop must turn for it.
 */
export function closeInspectorAt(address: string): Promise<void> {
  return endInspector(address, `close();`);
}

/** Opens it anew, at any free port. It is found there by whoever looks what the process listens on. */
export function moveInspectorAt(address: string): Promise<void> {
  return endInspector(address, `close(); open(0, '127.0.0.1');`);
}

async function endInspector(address: string, statements: string): Promise<void> {
  const client = await loadPart('inspector-client')
    .InspectorClient.connect(address)
    .catch(() => undefined);
  // Gone already, with its process or by itself.
  if (!client) return;
  goOnAlways(client);
  // Closing waits for the answers that are on their way, so it comes after this one.
  const expression = `{ const { close, open } = require('node:inspector'); setTimeout(() => { ${statements} }, 1).unref(); }`;
  client.send('Runtime.evaluate', { expression, includeCommandLineAPI: true }).catch(() => undefined);
  await Promise.race([client.over, wait(patienceMs, undefined, { ref: false })]);
  await client.close();
}
