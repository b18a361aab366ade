#!/usr/bin/env -S node --experimental-vm-modules --experimental-import-meta-resolve --disable-warning=ExperimentalWarning
import process from 'node:process';
import { parseArgs } from 'node:util';
import { WorkerError } from '../../worker.ts';
import type { HostMessage, ModuleStart } from '../host-protocol.ts';
import { HostedModule } from './hosted-module.ts';
import { ModuleScope } from './module-scope.ts';
import { createImportResolver } from './resolve-module.ts';

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
  const module = new HostedModule(new ModuleScope(start, tell));
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    // The grace period is the supervisor's: it ends what takes too long.
    const { leftovers } = await module.stop(2 ** 31 - 1);
    for (const leftover of leftovers) console.error(leftover);
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop());
  process.on('SIGINT', () => void stop());
  try {
    await module.start(await createImportResolver());
  } catch (error) {
    if (stopping) return;
    console.error(error instanceof WorkerError ? error.message : error);
    if (error instanceof WorkerError && error.failure.stack) console.error(error.failure.stack);
    process.exit(1);
  }
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

function tell(message: HostMessage): void {
  if (message.kind === 'output') process[message.stream].write(message.text);
}

void main();
