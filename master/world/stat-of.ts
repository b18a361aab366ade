import { statSync, type Stats } from 'node:fs';

/** What the system says of a path; undefined also for one that may not be looked at, or that no file can have. */
export function statOf(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
