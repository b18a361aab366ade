import { AsyncResource } from 'node:async_hooks';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';
import type { CallPlace } from '../../../calls/call-place.ts';
import { provideWorker } from '../../../calls/this-worker.ts';
import type { HostMessage, ModuleStart } from '../host-protocol.ts';
import { captureOutput } from './capture-output.ts';
import { guardProcess, ModuleEnded } from './guard-process.ts';
import { HostedModule } from './hosted-module.ts';
import { ModuleScope } from './module-scope.ts';
import { scopeEnvironment } from './scoped-environment.ts';
import { trackResources } from './track-resources.ts';
import { wrapMethod } from './wrap-method.ts';

const modules = new Map<ModuleScope, HostedModule>();
let prepared = false;

/**
 * A module on the event loop of this very thread, beside the program that has it compiled in. `heard` is called
 * outside the module's async context: what the master then does belongs to the master.
 */
export function hostHere(start: ModuleStart, heard: (message: HostMessage) => void, place: CallPlace): HostedModule {
  prepare();
  const outside = new AsyncResource('HSU_MODULE_HOST', { requireManualDestroy: false });
  const scope = new ModuleScope(start, (message) => {
    outside.runInAsyncScope(heard, undefined, message);
  });
  const module = new HostedModule(scope, place);
  modules.set(scope, module);
  return module;
}

/** Forgets a module that has ended. */
export function release(module: HostedModule): void {
  modules.delete(module.scope);
}

/** Once in a process, and only where a module is hosted: calls that belong to no module go through untouched. */
function prepare(): void {
  if (prepared) return;
  prepared = true;
  provideWorker(() => current()?.worker);
  scopeEnvironment(() => ModuleScope.current()?.environment);
  captureOutput(() => ModuleScope.current());
  trackResources(() => ModuleScope.current());
  guardProcess(current);
  syncBuiltinESMExports();
  // Before the program's own handlers: a module's error is none of theirs, and theirs is none of ours.
  wrapMethod(process, 'emit', (original) => {
    return function (event, error, ...rest) {
      const stray = event === 'uncaughtException' || event === 'unhandledRejection';
      return stray && takenByModule(error) ? true : original.call(this, event, error, ...rest);
    };
  });
}

function current(): HostedModule | undefined {
  const scope = ModuleScope.current();
  return scope && modules.get(scope);
}

/** False for what belongs to no module. */
function takenByModule(error: unknown): boolean {
  if (error instanceof ModuleEnded || ModuleScope.current()?.isOver) return true;
  const module = current();
  module?.fail(error);
  return module !== undefined;
}
