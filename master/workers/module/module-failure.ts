import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutLoadNumbers } from './host/load-number.ts';
import type { LimitPolicy } from '../../config/worker-config.ts';
import { megabytes } from '../../lifecycle/megabytes.ts';
import type { FailureCode, WorkerFailure } from '../../lifecycle/worker-snapshot.ts';

/** What went on when the error came: it decides what the sentence says. */
export type ModuleStep = 'load' | 'factory' | 'initialize' | 'start' | 'run' | 'stop';

/** Turns whatever a module threw into a failure: one sentence with the worker, the cause and the way out. */
export function explainModuleError(id: string, step: ModuleStep, error: unknown): WorkerFailure {
  const facts = errorFacts(error);
  const { code, sentence } = explain(id, step, facts);
  return { code, message: sentence, ...(facts.stack === undefined ? {} : { stack: facts.stack }) };
}

/** What is to be told of an error, whatever was thrown. */
export function describeError(error: unknown): { readonly message: string; readonly stack?: string } {
  const { message, stack } = errorFacts(error);
  return { message, ...(stack === undefined ? {} : { stack }) };
}

/** Why a thread of a module's own ended by an error. */
export function explainThreadEnd(id: string, step: 'load' | 'run', error: unknown): WorkerFailure {
  const facts = errorFacts(error);
  if (facts.code !== 'ERR_WORKER_OUT_OF_MEMORY') return explainModuleError(id, step, error);
  return explainFullThread(id);
}

/** V8 ended a thread, or would have ended the whole process. */
export function explainFullThread(id: string, mostBytes?: number): WorkerFailure {
  const most = mostBytes === undefined ? '' : ` (${megabytes(mostBytes)})`;
  const message = `${id} used more memory than its thread may have${most} and was ended. Give it less to hold, or run it with type: process.`;
  return { code: 'resource-limit', message };
}

/** A thread that holds more than its limit: what it says, and whether it may be started again. */
export function explainMemory(
  id: string,
  bytes: number,
  limitBytes: number,
  policy: LimitPolicy,
  isEstimate: boolean,
): WorkerFailure {
  const held = `${id} holds ${isEstimate ? 'about ' : ''}${megabytes(bytes)} in its thread; its limit is ${megabytes(limitBytes)} (limits.memory)`;
  const remedy = 'Raise the limit, let it hold less, or run it with type: process.';
  switch (policy) {
    case 'none':
    case 'log':
    case 'alert':
    case 'throttle':
      return { code: 'resource-limit', message: `${held}.` };
    case 'graceful_shutdown':
    case 'immediate_kill':
      return { code: 'held-back', message: `${held}. It was ended, as its policy "${policy}" says. ${remedy}` };
    case 'restart':
    case 'restart_adjusted':
      return { code: 'resource-limit', message: `${held}. It was ended. ${remedy}` };
  }
}

interface ErrorFacts {
  readonly name: string;
  readonly message: string;
  readonly code: string | undefined;
  readonly port: number | undefined;
  readonly address: string | undefined;
  readonly permission: string | undefined;
  readonly resource: string | undefined;
  readonly stack: string | undefined;
}

function explain(
  id: string,
  step: ModuleStep,
  facts: ErrorFacts,
): { readonly code: FailureCode; readonly sentence: string } {
  const at = place(facts.stack);
  const where = at ? ` (${at})` : '';
  if (facts.code === 'EADDRINUSE') {
    const what = facts.port === undefined ? (facts.address ?? 'its address') : `port ${facts.port}`;
    return {
      code: 'port-in-use',
      sentence: `${id} cannot listen on ${what}: it is in use already. Stop what listens there, or give ${id} another port.`,
    };
  }
  if (facts.code === 'ERR_ACCESS_DENIED') return { code: 'module-threw', sentence: denied(id, facts, where) };
  if (facts.code === 'ERR_WORKER_UNSUPPORTED_OPERATION') {
    const what = facts.message.replace(/ in workers$/, ' in a thread');
    const sentence = `${id} did what only a process of its own can: ${what}${where}. Leave it out, or run it with type: process.`;
    return { code: 'module-threw', sentence };
  }
  const missing = step === 'load' || step === 'run' ? missingModule(facts) : undefined;
  if (missing) return { code: 'module-not-found', sentence: `${id} cannot be loaded: ${missing}` };
  if (step === 'load') {
    if (facts.name === 'SyntaxError') {
      return {
        code: 'module-syntax',
        sentence: `${id} cannot be loaded: ${facts.message}${where}. Correct the syntax there.`,
      };
    }
    return { code: 'module-threw', sentence: `${id} threw while it was loaded: ${thrown(facts)}${where}.` };
  }
  if (step === 'factory') {
    return { code: 'module-factory', sentence: `${id} has a factory that throws: ${thrown(facts)}${where}.` };
  }
  const during = { initialize: 'in initialize()', start: 'in start()', run: 'while running', stop: 'in stop()' }[step];
  return { code: 'module-threw', sentence: `${id} threw ${during}: ${thrown(facts)}${where}.` };
}

/** What Node's permission model refused, and the key that would allow it. */
function denied(id: string, { permission, resource }: ErrorFacts, where: string): string {
  const what = permission === undefined ? undefined : refusals[permission];
  const key = `module.permissions${what ? `.${what.key}` : ''}`;
  const at = resource === undefined ? '' : ` ${resource}`;
  return `${id} may not ${what?.verb ?? `use ${permission ?? 'this'}`}${at}${where}: add it to ${key}, or leave it be.`;
}

const refusals: Readonly<Record<string, { readonly verb: string; readonly key: string }>> = {
  FileSystemRead: { verb: 'read', key: 'fs_read' },
  FileSystemWrite: { verb: 'write', key: 'fs_write' },
  ChildProcess: { verb: 'start a process', key: 'child_process' },
};

function thrown({ name, message }: ErrorFacts): string {
  const text = message.split('\n', 1)[0]?.replace(/\.$/, '') ?? '';
  return name === 'Error' || name === '' ? text : `${name}: ${text}`;
}

/** Node's own messages name the specifier and the importer in several forms; the way out depends on which it is. */
function missingModule({ code, message }: ErrorFacts): string | undefined {
  if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') return undefined;
  const name = /Cannot find (?:module|package) '([^']+)'/.exec(message)?.[1];
  const importer = /imported from (\S+)|Require stack:\n- (\S+)/.exec(message);
  const by = importer?.[1] ?? importer?.[2];
  if (!name) return `${message.split('\n', 1)[0] ?? message}.`;
  const from = by ? `, imported by ${by},` : '';
  const isPackage = !/^(?:\.|\/|file:|[A-Za-z]:[\\/])/.test(name);
  const remedy = isPackage
    ? `Install it (npm install ${name}) or correct the import.`
    : 'Build it or correct its path.';
  return `${name}${from} is not found. ${remedy}`;
}

const frame = /(?:\(|\bat |^|\n)((?:file:\/\/|\/|[A-Za-z]:[\\/])[^\n():]*(?::\\[^\n():]*)?):(\d+)(?::\d+)?/g;

/** The innermost place of the stack that is somebody's file, and not ours: "/app/server.ts:12". */
function place(stack: string | undefined): string | undefined {
  for (const [, written = '', line = ''] of (stack ?? '').matchAll(frame)) {
    const file = path.normalize(written.startsWith('file://') ? fileURLToPath(written) : written);
    if (path.dirname(file) !== DIST_FOLDER) return `${file}:${line}`;
  }
  return undefined;
}

/** Reads an error that may be anything: of another thread, a plain object, a string, or one with throwing getters. */
function errorFacts(error: unknown): ErrorFacts {
  const read = (key: string): unknown => {
    try {
      return typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
    } catch {
      return undefined;
    }
  };
  const text = (key: string): string | undefined => {
    const value = read(key);
    return typeof value === 'string' ? value : undefined;
  };
  const port = read('port');
  const stack = text('stack');
  return {
    name: text('name') ?? '',
    message: text('message') ?? describeThrown(error),
    code: text('code'),
    port: typeof port === 'number' && port > 0 ? port : undefined,
    address: text('address'),
    permission: text('permission'),
    resource: text('resource'),
    stack: stack === undefined ? undefined : withoutLoadNumbers(stack),
  };
}

function describeThrown(error: unknown): string {
  try {
    return typeof error === 'string' ? error : (JSON.stringify(error) ?? String(error));
  } catch {
    return 'something that cannot be shown';
  }
}
