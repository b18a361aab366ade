/** What the system has too little of, and the way out, as a sentence; undefined for any other error. */
export function shortageOf(error: unknown): string | undefined {
  const code = systemCode(error);
  switch (code) {
    case 'EAGAIN':
    case 'ENOMEM':
      return `the system has no room for another process (${code}). End some, or raise the limit (ulimit -u).`;
    case 'EMFILE':
    case 'ENFILE':
      return `too many files are open (${code}). Raise the limit (ulimit -n), or run fewer workers.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `the disk has no room left (${code}). Make some, or set HSU_RUNTIME_DIR to a folder that has it.`;
    default:
      return undefined;
  }
}

export function isShortage(error: unknown): boolean {
  return shortageOf(error) !== undefined;
}

/** "ENOENT" and the like; "unknown" for what is no error of the system. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
}
