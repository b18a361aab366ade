import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ProcessDeployment } from '../../master/config/deployment.ts';
import { LogStore } from '../../master/logs/log-store.ts';
import { createProcessWorker, type ProcessWorkerOptions } from '../../master/workers/process/process-worker.ts';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import type { Run, RunContext, RunOutput, SavedRun, Worker } from '../../master/workers/worker.ts';
import { until } from './until.ts';

/** A process worker of a program in test/fixtures/programs, with a folder and a log store of its own. */
export class ProcessStage {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'hsu-process-'));
  readonly logs = new LogStore(path.join(this.folder, 'logs'));
  readonly masterKey = path.basename(this.folder);
  changes = 0;
  /** Of every worker made from now on. */
  options: Pick<ProcessWorkerOptions, 'endpoints' | 'isIntegrated' | 'notifyFolder' | 'stop' | 'table'> = {};
  output: (RunOutput & { close(): Promise<void> }) | undefined;
  readonly #runs: Run[] = [];

  worker(program: string, args: readonly string[] = [], more: Partial<ProcessDeployment> = {}): Worker {
    const deployment: ProcessDeployment = {
      kind: 'process',
      executable: path.join(ROOT_FOLDER, 'test/fixtures/programs', program),
      args,
      workingDirectory: this.folder,
      environment: {},
      ...more,
    };
    return createProcessWorker({ id: 'w', deployment, masterKey: this.masterKey, ...this.options });
  }

  async context(number = 1, more: Partial<RunContext> = {}): Promise<RunContext> {
    this.output = await this.logs.openRun('w', number);
    return this.#contextOf(number, this.output, more);
  }

  async start(worker: Worker, number = 1, more: Partial<RunContext> = {}): Promise<Run> {
    const run = await worker.start(await this.context(number, more));
    this.#runs.push(run);
    return run;
  }

  async adopt(worker: Worker, saved: SavedRun): Promise<Run | undefined> {
    this.output = await this.logs.openRun('w', saved.number, saved);
    const run = await worker.adopt(saved, this.#contextOf(saved.number, this.output, {}));
    if (run) this.#runs.push(run);
    return run;
  }

  /** Resolves to what the worker printed once it has printed `text` so many times. */
  printed(text: string, times = 1): Promise<string> {
    return until(() => {
      const all = readFileSync(this.output?.stdoutFile ?? '', 'utf8');
      return all.split(text).length > times ? all : undefined;
    }, `the worker that prints "${text}" ${times} times`);
  }

  /** The pids that the members of the tree said. */
  async members(count: number): Promise<number[]> {
    return until(() => {
      const lines = [...readFileSync(this.output?.stdoutFile ?? '', 'utf8').matchAll(/^member (\d+)\n/gm)];
      return lines.length >= count && lines.map((match) => Number(match[1]));
    }, `${count} members that say their pids`);
  }

  async living(pids: readonly number[]): Promise<number[]> {
    const found = await Promise.all(pids.map((pid) => thisMachine.find(pid)));
    return found.flatMap((entry) => (entry ? [entry.pid] : []));
  }

  async close(): Promise<void> {
    for (const run of this.#runs) await run.stop(0);
    this.logs.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #contextOf(number: number, output: RunOutput, more: Partial<RunContext>): RunContext {
    const changed = () => {
      this.changes += 1;
    };
    return { signal: new AbortController().signal, number, output, changed, ...more };
  }
}
