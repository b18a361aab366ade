import type { Endpoint, Enforcement, Fate, Resources } from '../../lifecycle/worker-snapshot.ts';
import type { Run, RunEnd, SavedRun, StopReport } from '../worker.ts';
import type { ReportReader } from './report-reader.ts';

/** A run of a module in a process of its own: the process's run, and what the module tells of itself. */
export class HostedRun implements Run {
  readonly over: Promise<RunEnd>;
  readonly #run: Run;
  readonly #report: ReportReader;

  constructor(run: Run, report: ReportReader) {
    this.#run = run;
    this.#report = report;
    this.over = run.over.then((end) => this.#explain(end));
  }

  get pid(): number {
    return this.#run.pid;
  }

  get hostPid(): number {
    return this.#run.hostPid;
  }

  get startedAt(): string {
    return this.#run.startedAt;
  }

  get fate(): Fate {
    return this.#run.fate;
  }

  get debugging(): boolean {
    return this.#run.debugging;
  }

  get enforcement(): Enforcement {
    return this.#run.enforcement ?? {};
  }

  get wasReady(): boolean {
    return this.#run.wasReady ?? false;
  }

  noteReady(): void {
    this.#run.noteReady?.();
  }

  async saysReady(signal: AbortSignal): Promise<void> {
    await this.#run.saysReady?.(signal);
  }

  async strangerOn(port: number): Promise<string | undefined> {
    return this.#run.strangerOn?.(port);
  }

  isUp(signal: AbortSignal): Promise<void> {
    return this.#report.isUp(signal);
  }

  endpoints(): readonly Endpoint[] {
    const { endpoints } = this.#report.read();
    const isRegistered = ({ origin }: Endpoint) => origin === 'registered';
    const registered = [...this.#run.endpoints(), ...endpoints].filter(isRegistered);
    const known = new Set(registered.map(({ address }) => address));
    const others = endpoints.length > 0 ? endpoints : this.#run.endpoints();
    return [...registered, ...others.filter(({ origin, address }) => origin !== 'registered' && !known.has(address))];
  }

  /** It tells of every server as that begins to listen; what its children listen on is looked for. */
  discover(): Promise<void> {
    return this.#run.discover();
  }

  async healthy(signal: AbortSignal): Promise<boolean | undefined> {
    return (await this.#report.isHealthy(signal)) ?? undefined;
  }

  resources(): Promise<Resources | null> {
    return this.#run.resources();
  }

  async stop(graceMs: number): Promise<StopReport> {
    const stopped = await this.#run.stop(graceMs);
    this.#report.close();
    return stopped;
  }

  saved(): SavedRun | null {
    return this.#run.saved();
  }

  openInspector(options: { readonly waitForDebugger?: boolean }): Promise<string> {
    return this.#run.openInspector(options);
  }

  closeInspector(): Promise<void> {
    return this.#run.closeInspector();
  }

  /** The module's own error says more than the process's code; what neither knew is the process's. */
  #explain(end: RunEnd): RunEnd {
    const { failure, exitCode } = this.#report.read();
    const exit = end.how === 'exit' ? end : end.exit;
    if (failure)
      return { how: 'failure', failure, ...(exit ? { exit: { code: exit.code, signal: exit.signal } } : {}) };
    return exitCode !== undefined && exitCode === exit?.code ? { how: 'exit', code: exitCode, signal: null } : end;
  }
}
