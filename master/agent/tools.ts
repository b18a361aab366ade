import { AgentError } from './agent-error.ts';
import type { AgentHost } from './agent-host.ts';
import { boundedJson, shorten } from './bounded.ts';
import { Input } from './input.ts';
import { maskOf } from '../secrets/mask.ts';
import type { AgentTool, Preview } from './tool.ts';
import { applyConfiguration } from './tools/apply-configuration.ts';
import { applyFix } from './tools/apply-fix.ts';
import { explainFailure } from './tools/explain-failure.ts';
import { getWorker } from './tools/get-worker.ts';
import { listWorkers } from './tools/list-workers.ts';
import { restartWorkers, startWorkers, stopWorkers } from './tools/operate-workers.ts';
import { readLogs } from './tools/read-logs.ts';
import { searchLogs } from './tools/search-logs.ts';
import { switchDeployment } from './tools/switch-deployment.ts';
import { validateWorkersFile } from './tools/validate-workers-file.ts';
import { waitUntilHealthy } from './tools/wait-until-healthy.ts';
import { secretsOfFile } from './workers-text.ts';

/** Every tool that agents have, whichever face they come through. */
export const agentTools: readonly AgentTool[] = [
  listWorkers,
  getWorker,
  explainFailure,
  readLogs,
  searchLogs,
  validateWorkersFile,
  waitUntilHealthy,
  applyFix,
  applyConfiguration,
  startWorkers,
  stopWorkers,
  restartWorkers,
  switchDeployment,
];

export interface ToolRequest {
  readonly tool: string;
  readonly input: unknown;
  readonly host: AgentHost;
  readonly signal: AbortSignal;
}

export interface ToolAnswer {
  /** JSON, or where it failed sentences; at most 4 kB, with secrets masked. */
  readonly text: string;
  readonly failed: boolean;
}

/** Runs a tool; never rejects: what goes wrong is an answer that says what to do next. */
export async function runTool({ tool: name, input: given, host, signal }: ToolRequest): Promise<ToolAnswer> {
  try {
    const tool = toolNamed(name);
    const answer = await tool.run({ host, input: new Input(name, tool.input, given), signal });
    // Read after the tool ran: a file it changed may hold other secrets.
    const masked = maskOf(await secretsOfFile(host.file)).value(answer);
    return { text: boundedJson(typeof masked === 'object' && masked !== null ? masked : {}), failed: false };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const masked = maskOf(await secretsOfFile(host.file)).text(message);
    return { text: shorten(masked, 1_000), failed: true };
  }
}

/** What a person is asked before the tool runs; null when it would change nothing. Rejects with the reason it cannot run. */
export async function previewTool({ tool: name, input: given, host, signal }: ToolRequest): Promise<Preview | null> {
  const tool = toolNamed(name);
  const preview = await tool.preview?.({ host, input: new Input(name, tool.input, given), signal });
  if (!preview || preview.title === '') return null;
  const mask = maskOf(await secretsOfFile(host.file));
  return { title: mask.text(preview.title), detail: shorten(mask.text(preview.detail), 2_000) };
}

function toolNamed(name: string): AgentTool {
  const found = agentTools.find((tool) => tool.name === name);
  if (found) return found;
  throw new AgentError(`There is no tool "${name}"; there are: ${agentTools.map((tool) => tool.name).join(', ')}.`);
}
