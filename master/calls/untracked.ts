import net from 'node:net';
import timers from 'node:timers';
import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What calls need of Node, as it was before a module host wrapped it so that every module owns what it begins: links
 * between places outlive the module that asked for one first. This file must be loaded before the wrapping.
 */
const { setTimeout } = timers;
const { listen } = net.Server.prototype;
const { connect } = net.Socket.prototype;

/** Runs outside of whatever async context asks. */
export const outside = AsyncLocalStorage.snapshot();

/** Called once after `ms`, unless the process ends before. */
export function after(ms: number, callback: () => void): void {
  outside(() => setTimeout(callback, Math.min(ms, 2 ** 31 - 1)).unref());
}

/** Rejects with Node's own error. */
export function listenAt(server: net.Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    Reflect.apply(listen, server, [
      address,
      () => {
        server.off('error', reject);
        resolve();
      },
    ]);
  });
}

/** Resolves to undefined when nobody listens there. */
export function dial(address: string): Promise<net.Socket | undefined> {
  return outside(
    () =>
      new Promise((resolve, reject) => {
        const socket = new net.Socket();
        const refused = (error: NodeJS.ErrnoException) => {
          socket.destroy();
          if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
          else reject(error);
        };
        socket.once('error', refused);
        socket.once('connect', () => {
          socket.off('error', refused);
          resolve(socket);
        });
        Reflect.apply(connect, socket, [{ path: address }]);
      }),
  );
}
