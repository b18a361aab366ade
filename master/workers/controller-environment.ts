import type { Clock } from '../clock.ts';
import type { ResolvedWorker } from '../config/deployment.ts';
import type { Health } from '../lifecycle/worker-snapshot.ts';
import type { Run, RunOutput, SavedRun, Worker } from './worker.ts';

/** What a controller needs of the world. */
export interface ControllerEnvironment {
  readonly clock: Clock;
  createWorker(resolved: ResolvedWorker): Worker;
  /**
   * The worker as it can run beside a former run of it: on a port of its own, where its configuration names one that it
   * cannot take over. Without it, workers stay where they are.
   */
  readonly onOwnPort?: (resolved: ResolvedWorker, former: ResolvedWorker) => Promise<ResolvedWorker>;
  /** A fresh run's output, or a taken-over run's, continued where it was. */
  openOutput(id: string, run: number, saved?: SavedRun): Promise<OpenOutput>;
  /** How many lines of its output are not kept any more. */
  droppedLines?(id: string): number;
  /** Whether it is to be held, because those who read its output are too far behind. */
  outputWaits?(id: string): boolean;
  /** Resolves when what the worker depends on is running; rejects when it will not be, or when the signal aborts. */
  untilDependencies?(worker: ResolvedWorker, signal: AbortSignal): Promise<void>;
  /** What the worker depends on, directly or through others, that has failed by now. */
  failedDependencies?(worker: ResolvedWorker): readonly string[];
  /**
   * Resolves when the run may be called running. Rejects with a WorkerError that says what it waits for when that
   * takes longer than `limitMs`, and when the signal aborts.
   */
  untilReady(run: Run, worker: ResolvedWorker, limitMs: number, signal: AbortSignal): Promise<void>;
  /** Watches the health until the signal aborts; undefined when there is nothing to watch. */
  watchHealth(
    run: Run,
    worker: ResolvedWorker,
    signal: AbortSignal,
    changed: (health: Health, why: string) => void,
  ): HealthWatch | undefined;
  /** Called after every change that a snapshot shows. */
  changed(): void;
  /** A run has its number and no process yet: what a later master needs to know of it is saved before this returns. */
  begins?(): void;
  /** Takes secrets out of what people are shown. */
  mask?(text: string): string;
  /** Told what a person should know soon. */
  alert?(line: string): void;
  /** From 0 to 1, for what should not happen to all workers in one moment; without it, always the middle. */
  random?(): number;
}

export type OpenOutput = RunOutput & { close(): Promise<void> };

export interface HealthWatch {
  pause(): void;
  resume(): void;
}
