import { mkdirSync, readFileSync, rmSync, watch, writeFileSync, type FSWatcher } from 'node:fs';
import path from 'node:path';
import { noReport, questionFile, readReport, reportFile, type ModuleReport } from './module-report.ts';

/** Follows what the process of a hosted module tells, and asks it. */
export class ReportReader {
  readonly #folder: string;
  readonly #changed: () => void;
  readonly #watcher: FSWatcher;
  readonly #waiting = new Set<() => void>();
  #text = '';
  #report = noReport;
  #questions = 0;

  /** With `isResumed` for a run that a former master began. */
  constructor(folder: string, isResumed: boolean, changed: () => void) {
    this.#folder = folder;
    this.#changed = changed;
    if (!isResumed) rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#watcher = watch(folder, { persistent: false }, () => {
      this.read();
    });
    this.#questions = Number(readText(path.join(folder, questionFile))) || 0;
    this.read();
  }

  /** Looks at once: the end of a process may be known before its last change is. */
  read(): ModuleReport {
    const text = readText(path.join(this.#folder, reportFile));
    const report = text === this.#text ? undefined : readReport(text);
    if (!report) return this.#report;
    this.#text = text;
    this.#report = report;
    this.#changed();
    for (const look of [...this.#waiting]) look();
    return report;
  }

  async isUp(signal: AbortSignal): Promise<void> {
    await this.#until(({ isUp }) => isUp || undefined, signal);
  }

  /** The module's opinion; null where it has none. */
  async isHealthy(signal: AbortSignal): Promise<boolean | null> {
    const number = ++this.#questions;
    writeFileSync(path.join(this.#folder, questionFile), String(number), { mode: 0o600 });
    const { isHealthy } = await this.#until(({ health }) => (health?.number === number ? health : undefined), signal);
    return isHealthy;
  }

  close(): void {
    this.#watcher.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #until<T>(find: (report: ModuleReport) => T | undefined, signal: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find(this.#report);
        if (found === undefined) return;
        done();
        resolve(found);
      };
      const abort = () => {
        done();
        reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
      };
      const done = () => {
        this.#waiting.delete(look);
        signal.removeEventListener('abort', abort);
      };
      this.#waiting.add(look);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
      else look();
    });
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
