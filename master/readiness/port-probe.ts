import { connect } from 'node:net';
import type { Probe } from '../health/probe.ts';
import type { Run } from '../workers/worker.ts';

/** Well is a connection that opens, to whom the run may have started: another program on its port is no sign of it. */
export function portProbe(run: Run, port: number): Probe {
  return async (signal) => {
    const answers = (await opens('127.0.0.1', port, signal)) || (await opens('::1', port, signal));
    if (!answers) return `accepts no connection on port ${port}`;
    const stranger = await run.strangerOn?.(port);
    return stranger === undefined ? null : `does not listen on port ${port}: ${stranger} does, and was there before`;
  };
}

function opens(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}
