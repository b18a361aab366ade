import path from 'node:path';
import type { ModuleDeployment } from '../../master/config/deployment.ts';
import type { LimitsConfig } from '../../master/config/worker-config.ts';
import type { ModuleRuntime } from '../../master/workers/module/module-runtime.ts';
import type { Run, RunContext } from '../../master/workers/worker.ts';

/** Tells this run's processes from those of another suite. */
export const testKey = `test-${process.pid}`;

export const moduleFixtures = path.join(ROOT_FOLDER, 'test/fixtures/modules');

/** A module of test/fixtures/modules, shared and with the factory `create` unless told otherwise. */
export function deploymentOf(file: string, more: Partial<ModuleDeployment> = {}): ModuleDeployment {
  return {
    kind: 'module',
    isolation: 'shared',
    path: path.join(moduleFixtures, file),
    entryPoint: 'create',
    config: {},
    args: [],
    environment: {},
    folder: moduleFixtures,
    ...more,
  };
}

/** The same without an entry point: run as a program. */
export function programOf(file: string, more: Partial<ModuleDeployment> = {}): ModuleDeployment {
  const { entryPoint: _, ...program } = deploymentOf(file, { isolation: 'thread', ...more });
  return program;
}

/** A run's context that remembers what the run printed and told. */
export class TestContext implements RunContext {
  readonly number = 1;
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;
  readonly #waiting = new Set<() => void>();
  printed = '';
  readonly output = {
    stdoutFile: '',
    stderrFile: '',
    write: (_stream: 'stdout' | 'stderr', text: string) => {
      this.printed += text;
      this.changed();
    },
  };

  readonly changed = (): void => {
    for (const check of [...this.#waiting]) check();
  };

  cancel(): void {
    this.#abort.abort(new Error('cancelled'));
  }

  /** Resolves as soon as the run has printed `text`. */
  prints(text: string): Promise<void> {
    return this.until(() => this.printed.includes(text));
  }

  /** Resolves as soon as a change makes the condition true. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
      check();
    });
  }
}

/** Starts a module and returns its run with its context. */
export async function startModule(
  runtime: ModuleRuntime,
  id: string,
  deployment: ModuleDeployment,
  limits?: LimitsConfig,
): Promise<{ readonly run: Run; readonly context: TestContext }> {
  const context = new TestContext();
  const worker = runtime.createWorker({ id, deployment, ...(limits ? { limits } : {}) });
  await worker.prepare();
  return { run: await worker.start(context), context };
}

/** Has a program exit that does so when somebody asks it, over HTTP. */
export async function askToExit(run: Run, context: TestContext): Promise<void> {
  await context.until(() => run.endpoints().length > 0);
  // It is gone before it has answered.
  await fetch(run.endpoints()[0]?.address ?? '').catch(() => undefined);
}
