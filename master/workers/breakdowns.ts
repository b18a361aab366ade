import type { Ending } from '../lifecycle/restart-policy.ts';
import type { Health, WorkerFailure } from '../lifecycle/worker-snapshot.ts';
import type { Violation } from './check-limits.ts';
import type { ControllerEnvironment } from './controller-environment.ts';
import { breakdownOfHealth } from './health-response.ts';
import type { OperationQueue } from './operation-queue.ts';
import type { Retries } from './retries.ts';
import { endFailure, endingOf, isContentWith, isFinal } from './run-end.ts';
import { respondToViolation } from './violation-response.ts';
import type { WorkerInstances } from './worker-instances.ts';
import type { WorkerStatus } from './worker-status.ts';
import type { Run, RunEnd } from './worker.ts';

interface BreakdownsParts {
  readonly id: string;
  readonly env: ControllerEnvironment;
  readonly queue: OperationQueue;
  readonly status: WorkerStatus;
  readonly retries: Retries;
  readonly instances: WorkerInstances;
  /** Ends whatever is left of the worker; false when something cannot be ended, which then is the worker's failure. */
  readonly clear: (graceMs?: number) => Promise<boolean>;
}

/** What becomes of a running worker that nobody asked to stop: its end, its health and its limits. */
export class Breakdowns {
  readonly #parts: BreakdownsParts;

  constructor(parts: BreakdownsParts) {
    this.#parts = parts;
  }

  /** From the moment in which the run may be called running, until it is over. */
  watch(run: Run): void {
    const { instances, status } = this.#parts;
    void run.over.then((end) => this.#onOver(run, end));
    instances.now.current.watch(run, {
      isRunning: () => status.state === 'running',
      health: (health, why) => this.#onHealth(health, why),
      violation: (violation) => this.#onViolation(violation),
    });
  }

  /** Plans what the restart policy wants after an ending. */
  decideNext(ending: Ending, ranForMs: number): void {
    const { env, instances, retries, status } = this.#parts;
    const more = retries.plan(instances.now.configured.inForce, ending, ranForMs);
    if (more !== undefined) status.addToFailure(more);
    env.changed();
  }

  /** A running worker's run is over by itself. */
  #onOver(run: Run, end: RunEnd): void {
    const { id, instances, queue, status } = this.#parts;
    const { current, configured } = instances.now;
    if (run !== current.run || status.state !== 'running') return;
    const ending = endingOf(end);
    if (isContentWith(configured.inForce, ending)) void queue.add(() => this.#rest());
    else this.#breakDown(endFailure(id, end), isFinal(end) ? undefined : ending);
  }

  async #rest(): Promise<void> {
    const { clear, status } = this.#parts;
    if (status.state === 'running' && (await clear())) status.move('exited');
  }

  #onHealth(health: Health, why: string): void {
    const { id, instances } = this.#parts;
    const { current, configured } = instances.now;
    const breakdown = breakdownOfHealth(id, health, why, configured.inForce.config.restart, current.ranForMs);
    if (breakdown) this.#breakDown(breakdown.failure, breakdown.ending);
  }

  /** Whether something was done about it. */
  #onViolation(violation: Violation): boolean {
    const { id, env, instances } = this.#parts;
    const { current, configured } = instances.now;
    const response = respondToViolation(id, violation, configured.inForce.config.restart, current.ranForMs);
    if (response.action === 'ignore') return false;
    if (response.action === 'end') {
      if (response.raisesLimits) current.raiseLimits();
      this.#breakDown(response.failure, response.ending, response.graceMs);
    } else {
      current.note(response.line);
      if (response.action === 'alert') env.alert?.(response.line);
      if (response.action === 'throttle') void current.throttle();
    }
    return true;
  }

  /** From running to failed at once; what is left of the run is ended before anything else happens. */
  #breakDown(failure: WorkerFailure, ending: Ending | undefined, graceMs?: number): void {
    const { clear, instances, queue, retries, status } = this.#parts;
    const instance = instances.now;
    const { ranForMs } = instance.current;
    if (ending) retries.expect(instance.configured.inForce, ending, ranForMs);
    status.fail(failure);
    void queue.add(async () => {
      // Meanwhile another may have taken its place.
      if (instance !== instances.now) return;
      const isClear = await clear(graceMs);
      if (isClear && status.state === 'failed' && ending) this.decideNext(ending, ranForMs);
      else retries.drop();
    });
  }
}
