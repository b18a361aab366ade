import childProcess from 'node:child_process';
import crypto from 'node:crypto';
import type { ModuleScope } from './module-scope.ts';
import { wrapMethod } from './wrap-method.ts';

/** What of Node's own does not come back for long, without running any JavaScript meanwhile. */
const blocking: readonly (readonly [object, readonly string[]])[] = [
  [childProcess, ['execSync', 'execFileSync', 'spawnSync']],
  [crypto, ['pbkdf2Sync', 'scryptSync', 'generateKeyPairSync', 'generatePrimeSync', 'checkPrimeSync']],
];

/**
 * Tells when a module goes into native code that blocks the loop, and when it is back: from outside nobody can see whose
 * code that is. `told` gets the function's name, and null for the way back.
 */
export function tellNativeCalls(
  owner: () => ModuleScope | undefined,
  told: (scope: ModuleScope, name: string | null) => void,
): void {
  for (const [target, names] of blocking) {
    for (const name of names) {
      wrapMethod(target, name, (original) => {
        return function (...args) {
          const scope = owner();
          if (!scope) return original.apply(this, args);
          told(scope, name);
          try {
            return original.apply(this, args);
          } finally {
            told(scope, null);
          }
        };
      });
    }
  }
}
