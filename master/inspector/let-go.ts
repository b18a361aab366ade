import { loadPart } from '../load-part.ts';
import type { InspectorClient } from './inspector-client.ts';

/**
 * Lets a thread that stands at another client's breakpoint, or waits for a debugger, go on: there and wherever it comes to
 * stand until its inspector ends. Resolves with that, or with `done`, which tells whether the inspector stays for others.
 */
export async function letGo(address: string, done: Promise<boolean | undefined>): Promise<void> {
  const client = await loadPart('inspector-client')
    .InspectorClient.connect(address)
    .catch(() => undefined);
  // Gone already.
  if (!client) return;
  goOnAlways(client);
  // It stays until the inspector ends: Node crashes where a client leaves in the very moment in which it is sent away.
  const stays = await Promise.race([done, client.over.then(() => false)]);
  if (stays) await client.close();
}

/** A client is told of a pause that another began also where it comes in the middle of it. */
export function goOnAlways(client: InspectorClient): void {
  // It refuses where the other has let it go meanwhile.
  client.on('Debugger.paused', () => void client.send('Debugger.resume').catch(() => undefined));
  for (const method of ['Debugger.enable', 'Runtime.runIfWaitingForDebugger']) {
    client.send(method).catch(() => undefined);
  }
}
