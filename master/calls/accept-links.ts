import { rmSync } from 'node:fs';
import net from 'node:net';
import { listenAt } from './untracked.ts';

/** Listens on a local socket in the master's private folder; it does not keep the process alive. */
export async function acceptLinks(address: string, accept: (socket: net.Socket) => void): Promise<net.Server> {
  const server = net.createServer(accept);
  await listenAt(server, address);
  return server.unref();
}

/** What a listener that was ended by force leaves in the file system; a Windows pipe leaves nothing. */
export function removeSocket(address: string): void {
  if (process.platform !== 'win32') rmSync(address, { force: true });
}
