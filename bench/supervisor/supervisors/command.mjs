import { execFile } from 'node:child_process';

/** Runs a command to its end; what it answers is of no interest, only what then is. */
export function command(program, args, env = process.env) {
  return new Promise((resolve) => execFile(program, args, { env }, () => resolve()));
}
