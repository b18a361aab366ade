import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { TextEdit } from './problem.ts';

/** The edits that let every worker of one version of a package name another one; quotes and comments stay. */
export function usePackageVersion(text: string, name: string, from: string, to: string): readonly TextEdit[] {
  const workers = parseDocument(text).get('workers');
  if (!isSeq(workers)) return [];
  return workers.items.flatMap((worker) => {
    const value: unknown = isMap(worker) ? worker.get('package', true) : undefined;
    if (!isScalar(value) || value.value !== `${name}:${from}` || !value.range) return [];
    const [start, end] = value.range;
    const version = text.slice(start, end).lastIndexOf(from);
    return version < 0 ? [] : [{ start: start + version, end: start + version + from.length, newText: to }];
  });
}
