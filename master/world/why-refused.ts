/** What the system's codes mean for whoever has to do something about it. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied: "ls -l" shows who may use it',
  EBUSY: 'something else uses it just now',
  EDQUOT: 'your share of the disk is full',
  EEXIST: 'it is there already',
  EISDIR: 'it is a folder, and a file was expected',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open: raise the limit ("ulimit -n")',
  ENAMETOOLONG: 'its name is too long for the file system',
  ENFILE: 'too many files are open on this machine',
  ENOENT: 'it is not there: check the name',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of its path is a file, and a folder was expected',
  EPERM: 'the system does not permit it',
  EROFS: 'its file system is read-only',
};

/** The system's code of an error, such as "ENOENT"; undefined where it has none. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why something was refused, as the end of a sentence: in words where it was the system, else as the error says it. */
export function whyRefused(error: unknown): string {
  const code = codeOf(error);
  const reason = code === undefined ? undefined : reasons[code];
  if (reason !== undefined) return `${reason} (${code})`;
  return error instanceof Error ? error.message : String(error);
}

/** The sentence for what the system refused, with the file that it is about; undefined for any other error. */
export function describeRefusal(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined || !(code in reasons) || !(error instanceof Error)) return undefined;
  if ('syscall' in error && error.syscall === 'uv_cwd') {
    return 'The folder this runs in is not there any more: change to another one.';
  }
  const file = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return file === undefined ? undefined : `${file} cannot be used: ${whyRefused(error)}.`;
}
