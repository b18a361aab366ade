import { type StackFrame, stackFrames } from '../../master/lifecycle/stack-frames.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** Where in a source a worker failed, by its own stack. */
export interface FailurePlace extends Pick<StackFrame, 'file' | 'line' | 'column'> {
  readonly message: string;
  readonly code: string;
}

/**
 * The innermost place of a failed worker's stack that is the user's own. Undefined when there is none, and as soon as
 * the worker does not stand failed any more.
 */
export function failurePlace(
  worker: Pick<WorkerSnapshot, 'state' | 'last_error'>,
  isOwn: (file: string) => boolean,
): FailurePlace | undefined {
  const failure = worker.last_error;
  if (worker.state !== 'failed' || failure?.stack === undefined) return undefined;
  const frame = stackFrames(failure.stack).find(({ file }) => isOwn(file) && !/[\\/]node_modules[\\/]/.test(file));
  if (!frame) return undefined;
  const { file, line, column } = frame;
  return { file, line, ...(column === undefined ? {} : { column }), message: failure.message, code: failure.code };
}
