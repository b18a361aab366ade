import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { loadKoffi } from '../module/load-koffi.ts';
import { openNotifySocket } from './notify-socket.ts';

/** Where one run says READY=1: into a file, and where koffi is installed to a socket as `sd_notify` knows it. */
export interface NotifyChannel {
  /** What the run is told of it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when it has said so; rejects with the signal's reason when that aborts. */
  ready(signal: AbortSignal): Promise<void>;
  close(): void;
}

export interface NotifyPlace {
  /** Private to this user. */
  readonly folder: string;
  readonly id: string;
  readonly run: number;
  /** Where koffi is looked for. */
  readonly workingDirectory: string;
}

/** A socket tells nobody when it can be read, so it is looked at while a start waits for it. Milliseconds. */
const shortestPauseMs = 5;
const longestPauseMs = 100;

/** Opens it for a run that begins, or with `isResumed` for one taken over, which may have said it already. */
export function openNotifyChannel(place: NotifyPlace, isResumed: boolean): NotifyChannel {
  // The path of a socket must be short, whatever the id.
  const name = createHash('sha256').update(`${place.id} ${place.run}`).digest('hex').slice(0, 16);
  const folder = path.join(place.folder, name);
  const file = path.join(folder, 'notify');
  if (!isResumed) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, '', { flag: 'a', mode: 0o600 });
  const socket = openSocket(place, path.join(folder, 'socket'));
  return {
    environment: { HSU_NOTIFY_FILE: file, ...(socket ? { NOTIFY_SOCKET: socket.path } : {}) },
    async ready(signal) {
      const scope = new AbortController();
      const either = AbortSignal.any([signal, scope.signal]);
      try {
        await Promise.race([fileSays(file, either), ...(socket ? [socketSays(socket, either)] : [])]);
      } finally {
        scope.abort();
        socket?.close();
      }
    },
    close() {
      socket?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function openSocket({ id, workingDirectory }: NotifyPlace, at: string) {
  try {
    return openNotifySocket(at, loadKoffi(id, path.join(workingDirectory, 'worker')));
  } catch {
    // koffi is optional: the file serves without it.
    return undefined;
  }
}

function fileSays(file: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!isReady(readFileSync(file, 'utf8'))) return;
      watcher.close();
      resolve();
    };
    // The folder, for a writer may put another file in its place.
    const watcher = watch(path.dirname(file), () => {
      try {
        look();
      } catch {
        // Between the old file and the new one.
      }
    });
    signal.addEventListener(
      'abort',
      () => {
        watcher.close();
        reject(reasonOf(signal));
      },
      { once: true },
    );
    look();
  });
}

async function socketSays(socket: { read(): string | undefined }, signal: AbortSignal): Promise<void> {
  for (let pause = shortestPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    for (let message = socket.read(); message !== undefined; message = socket.read()) {
      if (isReady(message)) return;
    }
    await wait(pause, undefined, { signal }).catch(() => Promise.reject(reasonOf(signal)));
  }
}

/** Assignments, one a line, of which others than READY mean nothing here. */
function isReady(message: string): boolean {
  return message.split('\n').some((line) => line.trim() === 'READY=1');
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
