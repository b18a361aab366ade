import { InspectorClient } from './inspector-client.ts';

/** Lets a thread that stands at another client's breakpoint go on. */
export async function letGo(address: string): Promise<void> {
  const client = await InspectorClient.connect(address).catch(() => undefined);
  // Gone already.
  if (!client) return;
  const resumed = client.send('Debugger.enable').then(() => client.send('Debugger.resume'));
  // It refuses where the thread does not stand.
  await resumed.catch(() => undefined);
  await client.close();
}
