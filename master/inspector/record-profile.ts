import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { loadPart } from '../load-part.ts';
import { makeFolder } from '../make-folder.ts';
import type { InspectorClient } from './inspector-client.ts';

/** Records what a thread or process does until the signal aborts, and writes it as a .cpuprofile. */
export async function recordCpuProfile(address: string, file: string, until: AbortSignal): Promise<void> {
  await withClient(address, async (client) => {
    await client.send('Profiler.enable');
    await client.send('Profiler.start');
    if (!until.aborted) await once(until, 'abort');
    const { profile } = await client.send('Profiler.stop');
    await makeFolder(path.dirname(file));
    await writeFile(file, JSON.stringify(profile), { flag: 'wx', mode: 0o600 });
  });
}

/** Writes everything on the heap of a thread or process as a .heapsnapshot. It stands still meanwhile. */
export async function takeHeapSnapshot(address: string, file: string): Promise<void> {
  await makeFolder(path.dirname(file));
  await withClient(address, async (client) => {
    const stream = createWriteStream(file, { flags: 'wx', mode: 0o600 });
    await once(stream, 'open');
    try {
      client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => stream.write(String(chunk)));
      await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
      stream.end();
      await once(stream, 'finish');
    } catch (error) {
      stream.destroy();
      await rm(file, { force: true });
      throw error;
    }
  });
}

async function withClient(address: string, work: (client: InspectorClient) => Promise<void>): Promise<void> {
  const client = await loadPart('inspector-client').InspectorClient.connect(address);
  try {
    await work(client);
  } finally {
    await client.close();
  }
}
