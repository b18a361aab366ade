import { CallError } from './contract.ts';

export function isCloneError(error: unknown): boolean {
  return error instanceof Error && error.name === 'DataCloneError';
}

/** What a caller is told of a value that cannot be copied. */
export function notCloneable(what: string, error: unknown): CallError {
  const why = error instanceof Error ? error.message : String(error);
  return new CallError('not-cloneable', `${what} cannot be sent to another worker: ${why}`);
}

export function lostWorker(worker: string, method: string): CallError {
  const message = `${worker} ended while ${method}() was under way: whether it was carried out is not known, so it is not repeated. See the log of ${worker}.`;
  return new CallError('worker-lost', message);
}
