import process from 'node:process';
import { CallError, type WorkerContext } from './contract.ts';
import { placeOfProcess } from './process-place.ts';
import { programWorker } from './program-worker.ts';

/** Set by whatever holds workers in this thread: tells whose code it is that asks. */
const worker = Symbol.for('hsu-workers.worker');

/** The worker whose code this is. Throws a CallError where no master has started it. */
export function thisWorker(): WorkerContext {
  const hosted: unknown = Reflect.get(globalThis, worker);
  const context: unknown = typeof hosted === 'function' ? Reflect.apply(hosted, undefined, []) : undefined;
  if (context) return context as WorkerContext;
  const self = workerOfProcess();
  if (!self) {
    const message =
      'This code runs in no worker: start it as a worker of a workers file, with "hsu run" or in the editor.';
    throw new CallError('no-master', message);
  }
  provideWorker(() => self);
  return self;
}

/** Tells `thisWorker` in this thread whose code asks. */
export function provideWorker(current: () => WorkerContext | undefined): void {
  Reflect.set(globalThis, worker, current);
}

/** A process that a master started, told by its environment; undefined for any other. */
function workerOfProcess(): WorkerContext | undefined {
  const { HSU_WORKER_ID: id } = process.env;
  const calls = id === undefined ? undefined : placeOfProcess(id);
  if (!calls || id === undefined) return undefined;
  return programWorker(id, calls.place, (endpoints) => {
    calls.announce(endpoints).catch((error: unknown) => {
      console.error(`${id} cannot be called: ${error instanceof Error ? error.message : String(error)}`);
    });
  });
}
