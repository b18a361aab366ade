import { connect, type TcpNetConnectOpts } from 'node:net';

/**
 * Null when a TCP connection opens, which is closed at once; otherwise the code of the error. A connection to a port that
 * nobody listens on may come to have that port itself and open to itself, where the system gives such ports to whoever asks
 * for any: that is as good as refused.
 */
export function openConnection(options: TcpNetConnectOpts & { readonly signal: AbortSignal }): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect(options);
    socket.once('connect', () => {
      const { localAddress, localPort, remoteAddress, remotePort } = socket;
      socket.destroy();
      resolve(localPort === remotePort && localAddress === remoteAddress ? 'ECONNREFUSED' : null);
    });
    socket.once('error', (error) => {
      resolve('code' in error ? String(error.code) : error.message);
    });
  });
}
