import type { MessageConnection } from 'vscode-jsonrpc/node';
import type { LogStore } from '../logs/log-store.ts';
import type { Master } from '../master.ts';
import { agentPreviewRequest, agentRequest, type ApplyParams, type Plan } from '../protocol.ts';
import type { Timelines } from '../timelines.ts';
import type { AgentHost, AgentMaster } from './agent-host.ts';
import { previewTool, runTool } from './tools.ts';

export interface ServeAgentsOptions {
  readonly master: Master;
  readonly logs: LogStore;
  readonly timelines: Timelines;
  readonly file: string;
  /** The overlay that is laid over the file now. */
  environment(): string | undefined;
  apply(params: ApplyParams): Promise<Plan>;
}

/** Answers the calls of tools that come over a connection, inside the master. */
export function serveAgents(connection: MessageConnection, options: ServeAgentsOptions): void {
  const host = hostInside(options);
  connection.onRequest(agentRequest, (call, token) => {
    const aborter = new AbortController();
    token.onCancellationRequested(() => aborter.abort());
    return runTool({ ...call, host, signal: aborter.signal });
  });
  connection.onRequest(agentPreviewRequest, (call) =>
    previewTool({ ...call, host, signal: new AbortController().signal }),
  );
}

/** The master as its own tools see it. */
function hostInside({ master, logs, timelines, file, environment, apply }: ServeAgentsOptions): AgentHost {
  const itself: AgentMaster = {
    async snapshots() {
      await master.measure();
      return master.snapshots();
    },
    apply,
    start: (ids) => master.start(ids),
    stop: (ids) => master.stop(ids),
    restart: (ids) => master.restart(ids),
    async logs(params) {
      master.controller(params.id);
      return logs.lines(params);
    },
    timeline: (id) => Promise.resolve(timelines.of(id)),
    onSnapshots: (listener) => ({ dispose: master.onDidChange(() => listener(master.snapshots())) }),
  };
  return {
    file,
    master: () => Promise.resolve(itself),
    startedMaster: () => Promise.resolve(itself),
    environment: () => Promise.resolve(environment()),
  };
}
