/**
 * A master has little to do and lives long: without this V8 keeps up to 32 MB for what it does in passing.
 */
export const masterFlags: readonly string[] = ['--max-semi-space-size=2'];

/**
 * Has glibc give back what reading the program took, 10 MB of it: every start of a worker copies the page tables of what
 * is kept.
 */
export const masterEnvironment: Readonly<Record<string, string>> = { MALLOC_TRIM_THRESHOLD_: '131072' };

/** The flag by which threads of modules have their usual memory; V8 has read the other for the master's own by then. */
export const threadFlag = '--max-semi-space-size=0';

/** Takes out what was meant for the master alone, before any worker inherits it; what somebody else has set stays. */
export function dropMasterEnvironment(environment: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(masterEnvironment)) {
    if (environment[name] === value) delete environment[name];
  }
}
