import type { WorkerRef } from '../master/masters.ts';

/**
 * The workers that a command's arguments name: rows of the tree `(element?, selection?)`, a lens's or another
 * extension's `(uri, id)`. Undefined when the arguments name none: then the user is asked.
 */
export function targetsOf(
  parameters: readonly unknown[],
  toFile: (uri: unknown) => string | undefined,
): readonly WorkerRef[] | undefined {
  const [first, second] = parameters;
  if (typeof second === 'string') {
    const file = toFile(first);
    return file === undefined ? undefined : [{ file, id: second }];
  }
  const rows = Array.isArray(second) && second.length > 0 ? second : [first];
  const refs = rows.filter(isWorkerRef).map(({ file, id }) => ({ file, id }));
  return refs.length > 0 ? refs : undefined;
}

/** The workers of each file, for requests that go to its master. */
export function byFile(refs: readonly WorkerRef[]): ReadonlyMap<string, readonly string[]> {
  const files = new Map<string, string[]>();
  for (const { file, id } of refs) files.set(file, [...(files.get(file) ?? []), id]);
  return files;
}

function isWorkerRef(value: unknown): value is WorkerRef {
  return (
    typeof value === 'object' &&
    value !== null &&
    'file' in value &&
    typeof value.file === 'string' &&
    'id' in value &&
    typeof value.id === 'string'
  );
}
