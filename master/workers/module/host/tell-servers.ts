import net from 'node:net';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';
import { describeListener } from './listener-address.ts';
import { wrapMethod } from './wrap-method.ts';

/** Tells where a program listens, whenever that changes. */
export function tellServers(tell: (endpoints: readonly Endpoint[]) => void): void {
  const listening = new Map<net.Server, Endpoint>();
  wrapMethod(net.Server.prototype, 'listen', (original) => {
    return function (...args) {
      if (this instanceof net.Server && !this.listeners('listening').includes(told)) this.on('listening', told);
      return original.apply(this, args);
    };
  });
  function told(this: net.Server): void {
    const endpoint = describeListener(this);
    if (!endpoint) return;
    listening.set(this, endpoint);
    tell([...listening.values()]);
    this.once('close', () => {
      listening.delete(this);
      tell([...listening.values()]);
    });
  }
}
