import path from 'node:path';
import type { FailureCode, WorkerSnapshot } from '../../lifecycle/worker-snapshot.ts';
import { AgentError } from '../agent-error.ts';
import { newest, shorten } from '../bounded.ts';
import { schemaOf } from '../input.ts';
import { sourcePositions } from '../source-positions.ts';
import type { AgentTool } from '../tool.ts';
import { fixesOf, placeOf, readWorkersText, type WorkersText } from '../workers-text.ts';
import { runningMaster } from './change-file.ts';
import { lineText, untrusted } from './log-lines.ts';
import { latestFailure, linesOfFailure } from './read-logs.ts';

export const explainFailure: AgentTool = {
  name: 'explain_failure',
  title: 'Explain a failure',
  description:
    'Why a worker failed, is refused or does not start: the cause, findings in the workers file, the log lines before it, places in the source, the latest states, and fixes with ids for apply_fix. Call it first whenever a worker is not running as it should.',
  input: schemaOf({ id: { type: 'string', description: 'The id of the worker.' } }, 'id'),
  readOnly: true,
  async run({ host, input }) {
    const id = input.text('id');
    const file = await readWorkersText(host.file);
    const master = await runningMaster(host);
    const worker = (await master?.snapshots())?.find((snapshot) => snapshot.id === id);
    if (!worker && !file.workers.some((one) => one.id === id)) {
      const known = file.workers.map((one) => one.id).join(', ') || 'none';
      throw new AgentError(`There is no worker "${id}" in ${host.file}; it has: ${shorten(known, 600)}.`);
    }
    const timeline = (await master?.timeline(id)) ?? [];
    const failure = worker?.last_error ?? null;
    const explains = failure !== null || latestFailure(timeline) !== undefined;
    const lines = master && worker && explains ? await linesOfFailure(master, id).catch(() => []) : [];
    const stack = [failure?.stack ?? '', ...lines.map(({ text }) => text)].join('\n');
    const findings = findingsOf(file, id);
    const evidence = newest(lines.slice(-15).map(lineText), 1_400);
    return {
      id,
      state: worker?.state ?? (master ? 'not applied yet' : 'not running: no master runs'),
      cause: causeOf(worker, findings.length > 0),
      next: nextStep(id, worker, findings),
      findings,
      source: sourcePositions(stack, path.dirname(host.file)).slice(0, 3),
      timeline: timeline.slice(-6).map(({ at, state }) => `${at.slice(11, 23)} ${state}`),
      ...(worker?.retry_at ? { retry_at: worker.retry_at } : {}),
      ...(evidence.length > 0 ? { note: untrusted, evidence } : {}),
    };
  },
};

/** What the file says wrong of the worker: errors first, and of the rest what can be mended. */
function findingsOf(file: WorkersText, id: string) {
  const fixes = fixesOf(file);
  return file.problems
    .filter(({ workerId, severity }) => (workerId === undefined ? severity === 'error' : workerId === id))
    .filter(({ severity }) => severity === 'error' || severity === 'warning')
    .toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
    .slice(0, 4)
    .map((problem) => ({
      code: problem.code,
      severity: problem.severity,
      line: placeOf(file.text, problem.start).line,
      message: shorten(problem.message, 240),
      fixes: fixes
        .filter((known) => known.problem === problem)
        .slice(0, 3)
        .map(({ id: fix, fix: { title } }) => ({ id: fix, title: shorten(title, 80) })),
    }));
}

function causeOf(worker: WorkerSnapshot | undefined, hasFindings: boolean): object | string {
  if (worker?.last_error && worker.state !== 'running') {
    return { code: worker.last_error.code, message: shorten(worker.last_error.message, 500) };
  }
  if (hasFindings)
    return 'The workers file has errors for it; until they are mended it is refused, or goes on as it was.';
  if (!worker) return 'It has not been applied or started.';
  if (worker.state === 'running')
    return `It is running, ${worker.health}. Nothing failed now; the evidence is of its latest failure, if any.`;
  return `It is ${worker.state}; it did not fail.`;
}

/** What helps where the file is right. */
const remedies: Partial<Record<FailureCode, string>> = {
  'port-in-use':
    'Find out what listens there (list_workers shows the addresses of workers), or give it another port in the workers file and call apply_configuration.',
  'module-blocked': 'Mend the code that blocks the loop, or move it to a process by switch_deployment.',
  'host-lost':
    'Another worker brought the module host down: call list_workers for the one that failed, or move this one to a process by switch_deployment.',
  'held-back': 'Mend what the cause names, or move it to a process by switch_deployment; then call start_workers.',
  dependency: 'Call explain_failure for the workers it depends on; get_worker names them.',
  'not-ready': 'Call read_logs to see what it waits for; check its health_check in the workers file.',
  'start-timeout': 'Call read_logs to see what it waits for.',
};

function nextStep(
  id: string,
  worker: WorkerSnapshot | undefined,
  findings: readonly { readonly severity: string; readonly fixes: readonly { readonly id: string }[] }[],
): string {
  const fix = findings.find(({ fixes }) => fixes.length > 0)?.fixes[0]?.id;
  if (fix !== undefined) return `Call apply_fix with fix "${fix}" if its title fits, then wait_until_healthy.`;
  if (findings.some(({ severity }) => severity === 'error')) {
    return 'Edit the workers file as the findings say, then call apply_configuration with dry_run false and start_workers.';
  }
  if (!worker) return 'Call apply_configuration with dry_run false, then start_workers.';
  if (worker.state === 'running') return 'Nothing is to be done. search_logs finds errors that did not end it.';
  const code = worker.last_error?.code;
  if (worker.state !== 'failed' || code === undefined) return `Call start_workers with ids ["${id}"].`;
  return (
    remedies[code] ?? `Mend what the cause and the source places name, then call restart_workers with ids ["${id}"].`
  );
}
