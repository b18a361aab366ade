import process from 'node:process';

/** Whether a signal to `pid` would reach the process that a module shares: by its number, or by its group. */
export function isOwnProcess(pid: unknown): boolean {
  const number = Number(pid);
  return number === 0 || Math.abs(number) === process.pid;
}
