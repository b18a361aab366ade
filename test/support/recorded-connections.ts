import { readFileSync } from 'node:fs';

export interface RecordedConnection {
  /** The script that was run. */
  readonly program: string;
  /** A host, or the path of a socket. */
  readonly what: string;
  readonly stack: string;
}

/** What programs that were run with `record-connections.cjs` have written. */
export function recordedConnections(file: string): readonly RecordedConnection[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as RecordedConnection);
}

/** Whether it leads off this machine. */
export function leavesMachine({ what }: RecordedConnection): boolean {
  return !/^(\/|\\\\|(the name )?(localhost|127\.0\.0\.1|::1)$|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])/.test(
    what,
  );
}
