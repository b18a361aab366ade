import inspector from 'node:inspector';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import workerThreads from 'node:worker_threads';
import { syncBuiltinESMExports } from 'node:module';
import { openLonelyPlace, openThreadPlace } from '../../../calls/thread-place.ts';
import { provideWorker } from '../../../calls/this-worker.ts';
import { WorkerError } from '../../worker.ts';
import type {
  HostAnswers,
  HostCall,
  HostMessage,
  HostOptions,
  HostRequest,
  Look,
  ModuleStart,
} from '../host-protocol.ts';
import { captureOutput } from './capture-output.ts';
import { describeError } from '../module-failure.ts';
import { monotonicMs } from '../monotonic.ts';
import { guardProcess, ModuleEnded } from './guard-process.ts';
import { HeapGrowthMeter } from './heap-growth.ts';
import { HostedModule } from './hosted-module.ts';
import { stackHere } from './look-here.ts';
import { ModuleScope } from './module-scope.ts';
import { tellNativeCalls } from './native-calls.ts';
import { isRestricted, ownMemory, v8 } from './own-memory.ts';
import { SharedBuiltins } from './shared-builtins.ts';
import { ImportResolver } from './resolve-module.ts';
import { scopeEnvironment } from './scoped-environment.ts';
import { trackResources } from './track-resources.ts';
import { readSnapshotsWhole } from './whole-snapshots.ts';

/** The entry of a thread that holds modules: many on one loop, or a single one of its own. */

const { parentPort } = workerThreads;
const { solo, calls } = workerThreads.workerData as HostOptions;
const place = calls ? openThreadPlace(calls) : openLonelyPlace();
const modules = new Map<number, HostedModule>();
const resolver = new ImportResolver();
/** Alone in its thread, a module may do to it what it likes. */
const builtins = solo ? undefined : new SharedBuiltins();
const growth = new HeapGrowthMeter((url) => ownerOfFile(url)?.scope.start.run);

function post(message: HostMessage): void {
  parentPort?.postMessage(message);
}

/** The scope of the code that runs now; in a thread of one module that one, whatever runs. */
function owner(): ModuleScope | undefined {
  const scope = ModuleScope.current();
  if (scope || !solo) return scope;
  return [...modules.values()][0]?.scope;
}

function moduleOf(scope: ModuleScope | undefined): HostedModule | undefined {
  return scope && modules.get(scope.start.run);
}

/** Whose error it is: the async context says, else the stack names the module's file or its folder; else nobody's. */
function culprit(error: unknown): HostedModule | undefined {
  const scope = owner();
  if (scope) return moduleOf(scope);
  const { stack = '' } = describeError(error);
  const decoded = stack.replace(/file:\/\/[^\s)]+?(?=:\d+:\d+)/g, (url) => fileURLToPath(url));
  return onlyOne(({ path: file }) => decoded.includes(`${file}:`)) ?? onlyOne(({ folder }) => names(decoded, folder));
}

/** Modules may have one folder, or one file: then neither tells which. */
function onlyOne(fits: (start: ModuleStart) => boolean): HostedModule | undefined {
  const found = [...modules.values()].filter(({ scope }) => fits(scope.start));
  return found.length === 1 ? found[0] : undefined;
}

function names(stack: string, folder: string): boolean {
  return stack.includes(`${folder}/`) || stack.includes(`${folder}\\`);
}

/** Whose file a script's address names, without the number of its load. */
function ownerOfFile(url: string): HostedModule | undefined {
  if (!url.startsWith('file:')) return undefined;
  const file = fileURLToPath(url);
  return onlyOne(({ path: own }) => own === file) ?? onlyOne(({ folder }) => names(file, folder));
}

function onStray(error: unknown): void {
  if (error instanceof ModuleEnded) return;
  const scope = owner();
  if (scope?.isOver) return;
  const module = culprit(error);
  if (module) {
    module.fail(error);
    return;
  }
  post({ kind: 'host-fault', ...describeError(error) });
}

async function startNoticing(module: HostedModule): Promise<void> {
  const { id } = module.scope.start;
  builtins?.begin(id);
  try {
    await module.start(resolver);
  } finally {
    const changed = builtins?.end(id);
    if (changed !== undefined) module.scope.write('stderr', `${changed}\n`);
  }
}

type Handlers = {
  readonly [Kind in HostRequest['kind']]: (
    request: Extract<HostRequest, { readonly kind: Kind }>,
  ) => HostAnswers[Kind] | Promise<HostAnswers[Kind]>;
};

const handlers: Handlers = {
  async start({ start }) {
    const former = start.beside ? [...modules.values()].find(({ scope }) => scope.start.id === start.id) : undefined;
    const module = new HostedModule(new ModuleScope(start, post, former?.scope), place);
    modules.set(start.run, module);
    try {
      if (start.waitForDebugger) {
        post({ kind: 'inspector', run: start.run, url: openInspector(start.run) });
        inspector.waitForDebugger();
      }
      await startNoticing(module);
      return { metadata: module.metadata, restricted: isRestricted() };
    } catch (error) {
      modules.delete(start.run);
      if (error instanceof WorkerError) return { failure: error.failure };
      throw error;
    }
  },
  async begin({ run, config }) {
    try {
      await modules.get(run)?.begin(config);
      return {};
    } catch (error) {
      modules.delete(run);
      if (error instanceof WorkerError) return { failure: error.failure };
      throw error;
    }
  },
  async stop({ run, graceMs }) {
    const module = modules.get(run);
    if (!module) return { forced: false, leftovers: [], spawned: false };
    try {
      const report = await module.stop(graceMs);
      if (solo) await place.leave();
      return { ...report, spawned: module.scope.spawned };
    } finally {
      modules.delete(run);
    }
  },
  'take-over'({ run }) {
    modules.get(run)?.scope.takeOver();
    return null;
  },
  healthy: ({ run }) => modules.get(run)?.isHealthy() ?? null,
  'open-inspector': ({ run }) => openInspector(run),
  'close-inspector'({ run }) {
    inspected.delete(run);
    const stays = [...inspected].some((other) => modules.has(other));
    if (!stays) inspector.close();
    return stays;
  },
  async heap({ collect }) {
    if (collect) await collectGarbage();
    return v8().getHeapStatistics().used_heap_size;
  },
  memory: (request) => ownMemory(request),
  'heap-growth': (request) => growth.read(request),
  calm() {
    growth.end();
    return null;
  },
  ping: () => monotonicMs(),
};

/**
 * Only before a heap snapshot does V8 collect everything there is, caches and what earlier rounds let go of included.
 * The snapshot is read to its end: a thread that ends with an unread one takes the process with it.
 */
async function collectGarbage(): Promise<void> {
  await process.getBuiltinModule('node:stream/promises').finished(v8().getHeapSnapshot().resume());
}

/** The runs that a debugger or a profile has the inspector open for: there is one for all modules of the thread. */
const inspected = new Set<number>();

function openInspector(run: number): string {
  inspected.add(run);
  const open = inspector.url();
  if (open !== undefined) return open;
  inspector.open(0, '127.0.0.1');
  return inspector.url() ?? '';
}

async function answer({ number, request }: HostCall): Promise<void> {
  try {
    // One handler per kind: the pair of a request and its handler is always of one kind.
    const handler = handlers[request.kind] as (request: HostRequest) => HostAnswers[HostRequest['kind']];
    post({ kind: 'answer', number, value: await handler(request) });
  } catch (error) {
    post({ kind: 'refusal', number, message: error instanceof Error ? error.message : String(error) });
  }
}

let heard = 0;

// Asked by the master in the middle of what blocks the loop: whose code it is.
Reflect.set(globalThis, Symbol.for('hsu-workers.look'), (): Look => {
  return { run: owner()?.start.run ?? null, heard, stack: stackHere() };
});
provideWorker(() => moduleOf(owner())?.worker);
scopeEnvironment(() => owner()?.environment);
captureOutput(owner);
trackResources(owner);
readSnapshotsWhole((areUnderWay) => {
  post({ kind: 'snapshots', areUnderWay });
});
if (!solo) {
  tellNativeCalls(owner, ({ start: { run } }, name) => {
    post({ kind: 'native-call', run, name });
  });
}
guardProcess(() => moduleOf(owner()));
// The host's: modules are to see what they would in a process of their own.
Object.assign(workerThreads, { parentPort: null, workerData: null });
syncBuiltinESMExports();
process.on('uncaughtException', onStray);
process.on('unhandledRejection', onStray);
parentPort?.on('message', (call: HostCall) => {
  heard = call.number;
  void answer(call);
});
