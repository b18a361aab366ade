/** Milliseconds on the one clock that all threads of a process share, which never goes back. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
