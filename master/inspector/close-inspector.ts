import { setTimeout as wait } from 'node:timers/promises';
import { loadPart } from '../load-part.ts';

/** How long the process may take to answer; a busy one keeps its inspector until its loop turns. Milliseconds. */
const patienceMs = 1000;

/** Ends the inspector of another process from inside it: it has no other way to be closed. */
export async function closeInspectorAt(address: string): Promise<void> {
  const client = await loadPart('inspector-client')
    .InspectorClient.connect(address)
    .catch(() => undefined);
  // Gone already, with its process or by itself.
  if (!client) return;
  // Closing waits for every conversation to be over, so it comes after this one.
  const expression = `{ const { close } = require('node:inspector'); setTimeout(close, 50).unref(); }`;
  const evaluated = client.send('Runtime.evaluate', { expression, includeCommandLineAPI: true });
  await Promise.race([evaluated.catch(() => undefined), wait(patienceMs, undefined, { ref: false })]);
  await client.close();
}
