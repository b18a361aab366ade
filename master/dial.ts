import { connect, type Socket } from 'node:net';

/** Connects to a local socket; undefined when nobody listens there. */
export function dial(address: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error) => {
      socket.destroy();
      const code = 'code' in error ? error.code : undefined;
      if (code === 'ENOENT' || code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
  });
}
