import type { Socket } from 'node:net';
import {
  createMessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

/** The messages of master and client, over their socket. */
export function messageConnection(socket: Socket): MessageConnection {
  const reader = new SocketMessageReader(socket);
  // Of a message that is cut off it would ask every ten seconds, for ever, and keep its process alive by that.
  reader.partialMessageTimeout = 0;
  return createMessageConnection(reader, new SocketMessageWriter(socket));
}
