import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { masterEnvironment, masterFlags } from './master-memory.ts';
import { preparePlaces, type Places } from './places.ts';

export interface SpawnOptions {
  /** How long it outlives its last owner, in seconds. */
  readonly graceSeconds: number;
  /** Names the overlay to lay over the file: workers.NAME.yaml beside it. */
  readonly environment?: string;
  /** Gives each worker a free port of its own, in place of the one it names. */
  readonly isolated?: boolean;
}

/**
 * Starts a master in the background and resolves when it listens, or when it found that another one does already.
 * The master says so itself, by a byte on its fourth file descriptor.
 */
export async function spawnMaster(
  places: Places,
  { graceSeconds, environment, isolated }: SpawnOptions,
): Promise<void> {
  preparePlaces(places);
  const log = openSync(places.log, 'a', 0o600);
  try {
    const child = spawn(
      process.execPath,
      [
        ...masterFlags,
        path.join(DIST_FOLDER, 'master.js'),
        ...['--file', places.file, '--grace', String(graceSeconds)],
        ...(environment === undefined ? [] : ['--env', environment]),
        ...(isolated ? ['--isolated'] : []),
      ],
      {
        cwd: path.dirname(places.file),
        detached: true,
        windowsHide: true,
        stdio: ['ignore', log, log, 'pipe'],
        env: { ...masterEnvironment, ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      },
    );
    const ready = child.stdio[3];
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) => {
        reject(new Error(`The master of ${places.file} cannot be started: ${error.message}.`));
      });
      ready?.once('data', () => resolve());
      child.once('exit', (code, signal) => {
        const last = readFileSync(places.log, 'utf8').trimEnd().split('\n').slice(-5).join('\n');
        reject(new Error(`The master of ${places.file} ended at once (${signal ?? `code ${code ?? '?'}`}):\n${last}`));
      });
    });
    child.removeAllListeners();
    ready?.destroy();
    child.unref();
  } finally {
    closeSync(log);
  }
}
