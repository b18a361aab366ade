import inspector from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';
import workerThreads from 'node:worker_threads';
import { programWorker } from '../../../calls/program-worker.ts';
import { provideWorker } from '../../../calls/this-worker.ts';
import { openLonelyPlace, openThreadPlace } from '../../../calls/thread-place.ts';
import type { Endpoint } from '../../../lifecycle/worker-snapshot.ts';
import type { HostAnswers, HostCall, HostMessage, HostRequest } from '../host-protocol.ts';
import type { ProgramOptions } from '../program-options.ts';
import { captureDescriptors } from './capture-descriptors.ts';
import { liveIn } from './program-folder.ts';
import { monotonicMs } from '../monotonic.ts';
import { isRestricted, ownMemory } from './own-memory.ts';
import { isOwnProcess } from './own-process.ts';
import { tellServers } from './tell-servers.ts';
import { readSnapshotsWhole } from './whole-snapshots.ts';
import { isMethod, wrapMethod } from './wrap-method.ts';

/**
 * Loaded before the first line of a program that runs unmodified in a thread: makes the thread look like a process
 * and answers the master. A thread that the program starts itself inherits this file and finds no options.
 */
const options = programOptions();
readSnapshotsWhole((areUnderWay) => {
  options?.port.postMessage({ kind: 'snapshots', areUnderWay } satisfies HostMessage);
});
if (options) prepare(options);

function programOptions(): ProgramOptions | undefined {
  const data: unknown = workerThreads.workerData;
  if (typeof data !== 'object' || data === null || !('hsuProgram' in data)) return undefined;
  return data.hsuProgram as ProgramOptions;
}

function prepare({ run, id, port, calls, folder, typeScript }: ProgramOptions): void {
  const post = (message: HostMessage) => {
    port.postMessage(message);
  };
  liveIn(folder);
  captureDescriptors((stream, text) => {
    process[stream].write(text);
    return true;
  });
  wrapMethod(process, 'kill', (original) => {
    return function (pid, signal) {
      if (!isOwnProcess(pid) || signal === 0) return original.call(this, pid, signal);
      endBySignal(typeof signal === 'string' ? signal : 'SIGTERM');
      return true;
    };
  });
  let listening: readonly Endpoint[] = [];
  let registered: readonly Endpoint[] = [];
  const tellEndpoints = () => {
    post({ kind: 'endpoints', run, endpoints: [...registered, ...listening] });
  };
  tellServers((endpoints) => {
    listening = endpoints;
    tellEndpoints();
  });
  const worker = programWorker(id, calls ? openThreadPlace(calls) : openLonelyPlace(), (endpoints) => {
    registered = endpoints;
    tellEndpoints();
  });
  provideWorker(() => worker);
  Object.assign(workerThreads, { isMainThread: true, parentPort: null, workerData: null, threadId: 0 });
  syncBuiltinESMExports();
  port.on('message', ({ number, request }: HostCall) => {
    if (request.kind === 'stop') {
      // The answer is the end of the thread.
      endBySignal('SIGTERM');
      return;
    }
    try {
      post({ kind: 'answer', number, value: answer(request) });
    } catch (error) {
      post({ kind: 'refusal', number, message: error instanceof Error ? error.message : String(error) });
    }
  });
  port.unref();
  if (typeScript) installTypeScript();
}

function answer(request: Exclude<HostRequest, { readonly kind: 'stop' }>): HostAnswers[HostRequest['kind']] {
  switch (request.kind) {
    case 'start':
      return { restricted: isRestricted() };
    case 'begin':
      return {};
    case 'healthy':
    case 'take-over':
    case 'calm':
      return null;
    case 'heap-growth':
      return { grownBytes: 0, byRun: [] };
    case 'ping':
      return monotonicMs();
    case 'memory':
      return ownMemory(request);
    case 'heap':
      return v8.getHeapStatistics().used_heap_size;
    case 'open-inspector':
      if (inspector.url() === undefined) inspector.open(0, '127.0.0.1');
      return inspector.url() ?? '';
    case 'close-inspector':
      inspector.close();
      return false;
  }
}

/** What the signal would do to a process: its handlers run, or it ends. */
function endBySignal(signal: string): void {
  if (process.listenerCount(signal) > 0) process.emit(signal as NodeJS.Signals, signal as NodeJS.Signals);
  else process.exit(0);
}

/** A bundle of its own: a program in JavaScript need not wait for a translator. */
function installTypeScript(): void {
  const hooks: unknown = require(path.join(DIST_FOLDER, 'typescript-hooks.js'));
  const install: unknown = typeof hooks === 'object' && hooks !== null ? Reflect.get(hooks, 'install') : undefined;
  if (isMethod(install)) install();
}
