import process from 'node:process';
import { WorkerError } from '../../worker.ts';
import type { HostedModule } from './hosted-module.ts';
import { isOwnProcess } from './own-process.ts';
import { wrapMethod } from './wrap-method.ts';

type Owner = () => HostedModule | undefined;

/** Thrown where a module ended itself: what stands behind `process.exit()` must not run. */
export class ModuleEnded extends Error {
  constructor(how: string) {
    super(`The module ended itself by ${how}.`);
    this.name = 'ModuleEnded';
  }
}

/**
 * Keeps a module's hands off the process it shares: what would end or change all is taken as meant for the module
 * alone. Calls that belong to no module go through.
 */
export function guardProcess(owner: Owner): void {
  for (const name of ['exit', 'reallyExit']) {
    wrapMethod(process, name, (original) => {
      return function (code) {
        const module = owner();
        if (!module) return original.call(this, code);
        const number = Number(code ?? process.exitCode ?? 0);
        module.exit(number, null);
        throw new ModuleEnded(`process.exit(${number})`);
      };
    });
  }
  wrapMethod(process, 'kill', (original) => {
    return function (pid, signal) {
      const module = owner();
      if (!module || !isOwnProcess(pid) || signal === 0) return original.call(this, pid, signal);
      const name = typeof signal === 'string' ? signal : typeof signal === 'number' ? String(signal) : 'SIGTERM';
      module.exit(null, name);
      return true;
    };
  });
  forbid('abort', 'it would end every module of this process. Throw an error instead.', owner);
  forbid('chdir', 'the working directory is shared by every module of this process. Use absolute paths.', owner);
}

function forbid(name: string, why: string, owner: Owner): void {
  wrapMethod(process, name, (original) => {
    return function (...args) {
      const module = owner();
      if (!module) return original.apply(this, args);
      const message = `${module.scope.start.id} called process.${name}(), which a module cannot: ${why} Or run it with type: process.`;
      const error = new WorkerError({ code: 'module-threw', message });
      module.fail(error);
      throw error;
    };
  });
}
