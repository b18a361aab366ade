import { readFileSync, renameSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noReport, questionFile, reportFile, type ModuleReport } from '../module-report.ts';

/** Tells the master of the module in this process; without a folder nobody listens. */
export class ReportWriter {
  readonly #folder: string | undefined;
  #report = noReport;

  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  tell(news: Partial<ModuleReport>): void {
    this.#report = { ...this.#report, ...news };
    if (this.#folder === undefined) return;
    const file = path.join(this.#folder, reportFile);
    try {
      writeFileSync(`${file}.new`, JSON.stringify(this.#report), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch {
      // The master that wanted to know has taken its folder away.
    }
  }

  /** Answers the master's questions for the module's health. */
  answer(isHealthy: () => Promise<boolean | null>): void {
    const folder = this.#folder;
    if (folder === undefined) return;
    let last = '';
    const look = async () => {
      const question = readQuestion(folder);
      if (question === '' || question === last) return;
      last = question;
      this.tell({ health: { number: Number(question), isHealthy: await isHealthy().catch(() => false) } });
    };
    watch(folder, { persistent: false }, () => void look());
    void look();
  }
}

function readQuestion(folder: string): string {
  try {
    return readFileSync(path.join(folder, questionFile), 'utf8');
  } catch {
    return '';
  }
}
