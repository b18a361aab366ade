#!/usr/bin/env -S node --experimental-vm-modules --experimental-import-meta-resolve --disable-warning=ExperimentalWarning
import process from 'node:process';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { syncBuiltinESMExports } from 'node:module';
import { provideWorker } from '../../../calls/this-worker.ts';
import { placeOfProcess, type ProcessPlace } from '../../../calls/process-place.ts';
import { openLonelyPlace } from '../../../calls/thread-place.ts';
import type { Endpoint, WorkerFailure } from '../../../lifecycle/worker-snapshot.ts';
import { WorkerError } from '../../worker.ts';
import type { HostMessage, ModuleStart } from '../host-protocol.ts';
import { reportFolderVariable } from '../module-report.ts';
import { HostedModule } from './hosted-module.ts';
import { ModuleScope } from './module-scope.ts';
import { ReportWriter } from './report-writer.ts';
import { ImportResolver } from './resolve-module.ts';
import { tellServers } from './tell-servers.ts';

/**
 * A module in a process of its own: `hsu-module-host FILE [--entry-point NAME] [--config JSON]`. The same loader and the
 * same contract as inside the master; SIGTERM and SIGINT stop the module, a failure ends the process with code 1.
 */

const usage = 'Usage: hsu-module-host FILE [--entry-point NAME] [--config JSON] [--folder FOLDER]';

async function main(): Promise<void> {
  const start = readStart();
  if (typeof start === 'string') {
    console.error(start);
    process.exitCode = 2;
    return;
  }
  const folder = process.env[reportFolderVariable];
  const report = new ReportWriter(folder && path.join(folder, process.env['HSU_RUN'] ?? ''));
  const calls = placeOfProcess(start.id);
  const module = new HostedModule(new ModuleScope(start, telling(report, calls)), calls?.place ?? openLonelyPlace());
  provideWorker(() => module.worker);
  // A module that only waits to be called runs until it is stopped, as inside the master.
  setInterval(() => undefined, 2 ** 30);
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    // The grace period is the supervisor's: it ends what takes too long.
    const { leftovers } = await module.stop(2 ** 31 - 1);
    await calls?.place.leave();
    for (const leftover of leftovers) console.error(leftover);
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  process.on('exit', (exitCode) => {
    report.tell({ exitCode });
  });
  const stray = (error: unknown) => {
    module.fail(error);
  };
  process.on('uncaughtException', stray);
  process.on('unhandledRejection', stray);
  try {
    await module.start(new ImportResolver());
    report.answer(() => module.isHealthy());
    report.tell({ isUp: true });
  } catch (error) {
    if (stopping) return;
    end(
      report,
      error instanceof WorkerError
        ? error.failure
        : { code: 'internal', message: `${start.id} failed: ${String(error)}` },
    );
  }
}

/** Tells people by the log and the master by the report, and ends the process. */
function end(report: ReportWriter, failure: WorkerFailure): never {
  report.tell({ failure });
  console.error(failure.message);
  if (failure.stack) console.error(failure.stack);
  process.exit(1);
}

function readStart(): ModuleStart | string {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { 'entry-point': { type: 'string' }, config: { type: 'string' }, folder: { type: 'string' } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return usage;
    const config: unknown = JSON.parse(values.config ?? '{}');
    if (typeof config !== 'object' || config === null) return `--config must be a JSON object. ${usage}`;
    const entryPoint = values['entry-point'];
    return {
      run: 1,
      id: process.env['HSU_WORKER_ID'] ?? file,
      path: file,
      folder: values.folder ?? process.cwd(),
      config: { ...config },
      environment: {},
      waitForDebugger: false,
      loadOnly: false,
      ...(entryPoint === undefined ? {} : { entryPoint }),
    };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)} ${usage}`;
  }
}

function telling(report: ReportWriter, calls: ProcessPlace | undefined): (message: HostMessage) => void {
  let told: readonly Endpoint[] = [];
  let seen: readonly Endpoint[] = [];
  const tellEndpoints = () => {
    report.tell({ endpoints: [...told, ...seen] });
  };
  tellServers((endpoints) => {
    seen = endpoints;
    tellEndpoints();
  });
  syncBuiltinESMExports();
  return (message) => {
    switch (message.kind) {
      case 'output':
        process[message.stream].write(message.text);
        return;
      case 'endpoints':
        told = message.endpoints.filter(({ type }) => type !== 'function');
        tellEndpoints();
        calls?.announce(message.endpoints.filter(({ type }) => type === 'function')).catch(console.error);
        return;
      case 'over':
        if (message.end.how === 'failure') end(report, message.end.failure);
        process.exit(message.end.code ?? 1);
        break;
      default:
      // Nobody asks a module host of its own.
    }
  };
}

void main();
