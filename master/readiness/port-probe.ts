import { openConnection } from '../health/open-connection.ts';
import type { Probe } from '../health/probe.ts';
import type { Run } from '../workers/worker.ts';

/** Well is a connection that opens, to whom the run may have started: another program on its port is no sign of it. */
export function portProbe(run: Run, port: number): Probe {
  return async (signal) => {
    const opens = async (host: string) => (await openConnection({ host, port, signal })) === null;
    if (!(await opens('127.0.0.1')) && !(await opens('::1'))) return `accepts no connection on port ${port}`;
    const stranger = await run.strangerOn?.(port);
    return stranger === undefined ? null : `does not listen on port ${port}: ${stranger} does, and was there before`;
  };
}
