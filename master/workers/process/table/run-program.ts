import { loadPart } from '../../../load-part.ts';

/** Runs a program of the system to its end; resolves to what it printed, also where it failed or is not there. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

/** In the C locale, for what is printed is read by us. */
export const runProgram: RunProgram = async (program, args) => {
  const { stdout } = await loadPart('execa').execa(program, args, {
    reject: false,
    stdin: 'ignore',
    timeout: 20_000,
    windowsHide: true,
    env: { LC_ALL: 'C' },
  });
  return (stdout ?? '').trim();
};
