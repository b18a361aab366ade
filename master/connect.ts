import { dial } from './dial.ts';
import { isBefore } from './is-before.ts';
import { MasterClient } from './master-client.ts';
import { messageConnection } from './message-connection.ts';
import { checkOwner, placesOf, type Places } from './places.ts';
import { helloRequest, protocolVersion, snapshotsNotification, snapshotsRequest } from './protocol.ts';
import { SnapshotFeed } from './snapshot-feed.ts';
import { spawnMaster, type SpawnOptions } from './spawn-master.ts';
import { within } from './within.ts';

export interface ConnectOptions {
  /** The workers file; must exist. */
  readonly file: string;
  /** Shown in the master's log. */
  readonly name: string;
  /** An owner keeps the master alive. */
  readonly owner: boolean;
  /** Milliseconds a master may take to greet; absent: as long as it lives. */
  readonly patienceMs?: number;
  /** Of the program that asks; this one's where it is not given. */
  readonly version?: string;
  /** Starts a master when none answers, or only one of an older version. */
  readonly spawn?: SpawnOptions;
}

/** Thrown when a master is there and does not answer. */
export class SilentMasterError extends Error {
  constructor(file: string, ms: number) {
    super(
      `The master of ${file} has not answered for ${ms / 1000} s: it is stopped (SIGSTOP), held by a debugger, or busy. Let it go on and look with "hsu status", or end it: ${placesOf(file).lock} names its process.`,
    );
    this.name = 'SilentMasterError';
  }
}

/** Thrown when no master answers and none was to be started. */
export class NoMasterError extends Error {
  constructor(file: string) {
    super(`No master is running for ${file}. Start one with "hsu run", or open the file's folder in the editor.`);
    this.name = 'NoMasterError';
  }
}

/**
 * Connects to the master of a workers file, starting one if asked to. Rejects with NoMasterError when none runs and
 * none may be started, otherwise with an error that says why the master could not be reached.
 */
export async function connectToMaster(options: ConnectOptions): Promise<MasterClient> {
  const places = placesOf(options.file);
  checkOwner(places.folder);
  const running = await tryConnect(places, options);
  // What an older one does not know it cannot do, and the files it was started from may be gone by now.
  const isOlder = running !== undefined && isBefore(running.welcome.version, options.version ?? VERSION);
  if (running && !(options.spawn && isOlder && (await running.leave()))) return running;
  if (!options.spawn) throw new NoMasterError(places.file);
  await spawnMaster(places, options.spawn);
  const started = await tryConnect(places, options, running?.welcome.version);
  if (started) return started;
  throw new Error(`The master of ${places.file} started but does not answer on ${places.socket}; see ${places.log}.`);
}

async function tryConnect(
  places: Places,
  options: ConnectOptions,
  follows?: string,
): Promise<MasterClient | undefined> {
  const socket = await dial(places.socket);
  if (!socket) return undefined;
  const connection = messageConnection(socket);
  socket.on('error', () => socket.destroy());
  // Requests that are still open then are rejected; nobody would answer them any more.
  socket.once('close', () => connection.dispose());
  const feed = new SnapshotFeed(() => connection.sendRequest(snapshotsRequest));
  // Before the hello: a push may come in one packet with the welcome.
  connection.onNotification(snapshotsNotification, (changes) => feed.take(changes));
  connection.listen();
  try {
    const hello = { protocol: protocolVersion, owner: options.owner, name: options.name };
    const { patienceMs } = options;
    const greeted = connection.sendRequest(helloRequest, hello);
    const welcome = await (patienceMs === undefined ? greeted : within(patienceMs, greeted));
    if (welcome) return new MasterClient(connection, socket, feed, { welcome, follows });
    greeted.catch(() => undefined);
    throw new SilentMasterError(places.file, patienceMs ?? 0);
  } catch (error) {
    const wasClosing = socket.destroyed;
    socket.destroy();
    if (wasClosing) return undefined;
    throw error;
  }
}
