import type { ModuleScope } from './module-scope.ts';
import { wrapMethod } from './wrap-method.ts';

/**
 * What of Node's own does not come back for long, without running any JavaScript meanwhile. Got when it is asked for:
 * a thread of one module begins without it, and loading `crypto` alone is a part of such a start that is felt.
 */
function blocking(): readonly (readonly [object, readonly string[]])[] {
  return [
    [process.getBuiltinModule('node:child_process'), ['execSync', 'execFileSync', 'spawnSync']],
    [
      process.getBuiltinModule('node:crypto'),
      ['pbkdf2Sync', 'scryptSync', 'generateKeyPairSync', 'generatePrimeSync', 'checkPrimeSync'],
    ],
  ];
}

/**
 * Tells when a module goes into native code that blocks the loop, and when it is back: from outside nobody can see whose
 * code that is. `told` gets the function's name, and null for the way back.
 */
export function tellNativeCalls(
  owner: () => ModuleScope | undefined,
  told: (scope: ModuleScope, name: string | null) => void,
): void {
  for (const [target, names] of blocking()) {
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
