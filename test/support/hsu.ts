import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { thisMachine } from '../../master/workers/process/table/process-table.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { lookForMastersIn } from './runtime-folder.ts';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunEvent {
  readonly event: 'plan' | 'worker' | 'log';
  readonly [key: string]: unknown;
}

/**
 * A private folder with a workers file, and the real `hsu` on it. Its masters keep their sockets apart from any
 * other's; `dispose` ends whatever was started here and looks that nothing is left.
 */
export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'hsu-project-')));
  readonly #runtime = mkdtempSync(path.join(tmpdir(), 'hsu-run-'));
  readonly #masters: ForegroundMaster[] = [];
  #leave: () => void = () => undefined;

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
  }

  get file(): string {
    return path.join(this.folder, 'workers.yaml');
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, HSU_RUNTIME_DIR: this.#runtime };
  }

  /** Has this process look for masters where the project's are, until the project is disposed of. */
  enter(): void {
    this.#leave = lookForMastersIn(this.#runtime);
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Runs one command to its end. */
  hsu(...words: string[]): Promise<CommandResult> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        [path.join(DIST_FOLDER, 'cli.js'), ...words],
        { cwd: this.folder, env: this.environment, maxBuffer: Number.POSITIVE_INFINITY },
        (error, stdout, stderr) => {
          const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
          resolve({ code, stdout, stderr });
        },
      );
    });
  }

  async status(): Promise<WorkerSnapshot[]> {
    const { stdout } = await this.hsu('status', '--json');
    return JSON.parse(stdout) as WorkerSnapshot[];
  }

  /** Where its masters keep what belongs to them. */
  get runtimeFolder(): string {
    return this.#runtime;
  }

  /** `hsu run` in the foreground of a process of its own. */
  run(...words: string[]): ForegroundMaster {
    return this.runThrough([], ...words);
  }

  /** The same, started by another program that becomes it, such as one that sets limits first. */
  runThrough(starter: readonly string[], ...words: string[]): ForegroundMaster {
    const master = new ForegroundMaster(this, starter, words);
    this.#masters.push(master);
    return master;
  }

  async endMasters(): Promise<void> {
    await Promise.all(this.#masters.map((master) => master.kill()));
  }

  async dispose(): Promise<void> {
    await this.endMasters();
    // Whatever a killed master left is ended by the next command.
    await this.hsu('status');
    this.#leave();
    rmSync(this.#runtime, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A running `hsu run --json`, with everything it told. */
export class ForegroundMaster {
  readonly events: RunEvent[] = [];
  readonly ended: Promise<CommandResult>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(project: Project, starter: readonly string[], words: readonly string[]) {
    const hsu = [process.execPath, path.join(DIST_FOLDER, 'cli.js'), 'run', '--json', ...words];
    const [program = '', ...args] = [...starter, ...hsu];
    const child = spawn(program, args, {
      cwd: project.folder,
      env: project.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    let begun = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (begun + text).split('\n');
      begun = lines.pop() ?? '';
      this.events.push(...lines.map((line) => JSON.parse(line) as RunEvent));
      for (const look of this.#waiting) look();
    });
    this.ended = once(child, 'close').then(() => {
      // Only one that was killed may have been in the middle of a line.
      if (begun !== '' && child.signalCode === null) throw new Error(`hsu run ended in the middle of a line: ${begun}`);
      return { code: child.exitCode ?? -1, stdout: '', stderr };
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The first event that fits, past or to come. Rejects when the master ends without one. */
  async event(fits: (event: RunEvent) => boolean): Promise<RunEvent> {
    let over: CommandResult | undefined;
    void this.ended.then((result) => (over = result));
    for (;;) {
      const found = this.events.find(fits);
      if (found) return found;
      if (over) throw new Error(`hsu run ended (${over.code}) without the event: ${over.stderr}`);
      const more = new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
      await Promise.race([more, this.ended]);
    }
  }

  /** The first snapshot of a worker that is in the state. */
  async worker(id: string, state: WorkerSnapshot['state']): Promise<WorkerSnapshot> {
    const event = await this.event((e) => e.event === 'worker' && e['id'] === id && e['state'] === state);
    return event as unknown as WorkerSnapshot;
  }

  /** Ctrl-C. */
  interrupt(): Promise<CommandResult> {
    this.#child.kill('SIGINT');
    return this.ended;
  }

  /** kill -9: nothing is stopped. */
  kill(): Promise<CommandResult> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }
}

/** Whether a process runs; one that is over and only not yet collected by its parent does not. */
export async function isAlive(pid: number): Promise<boolean> {
  return (await thisMachine.find(pid)) !== undefined;
}
