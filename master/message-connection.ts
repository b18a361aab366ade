import type { Socket } from 'node:net';
import {
  AbstractMessageWriter,
  createMessageConnection,
  SocketMessageReader,
  type Message,
  type MessageConnection,
  type MessageWriter,
} from 'vscode-jsonrpc/node';

/** The messages of master and client, over their socket. */
export function messageConnection(socket: Socket): MessageConnection {
  const reader = new SocketMessageReader(socket);
  // Of a message that is cut off it would ask every ten seconds, for ever, and keep its process alive by that.
  reader.partialMessageTimeout = 0;
  return createMessageConnection(reader, new DirectWriter(socket));
}

/**
 * Hands every message to the socket at once, so that what the other side has not read can be seen at the socket. The
 * library's own writer keeps all but one to itself until that one has been read, out of sight and without a limit.
 */
class DirectWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('error', (error) => this.fireError(error));
    socket.on('close', () => this.fireClose());
  }

  write(message: Message): Promise<void> {
    const body = JSON.stringify(message);
    const text = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve, reject) => {
      this.#socket.write(text, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }

  end(): void {
    this.#socket.end();
  }
}
