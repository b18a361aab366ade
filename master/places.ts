import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { makeFolderSync } from './make-folder.ts';

/** Where the master of one workers file keeps what belongs to it. */
export interface Places {
  /** The real path of the workers file: two links to one file have one master. */
  readonly file: string;
  /** Names the master: a short hash of `file`. */
  readonly key: string;
  /** Private to this user; holds everything below. */
  readonly folder: string;
  /** What clients dial: a Unix socket, on Windows a named pipe. */
  readonly socket: string;
  readonly lock: string;
  /** What a later master needs to take over live workers. */
  readonly state: string;
  readonly log: string;
  readonly workerLogs: string;
  /** How far the outputs of `log_collection` are written. */
  readonly outputs: string;
  /** Where workers say that they are ready. */
  readonly notify: string;
}

/** What the places depend on beside the file, passed in so that each platform's can be tested on any. */
export interface Platform {
  readonly name: NodeJS.Platform;
  readonly home: () => string;
  readonly temp: string;
  /** The user's id; on Windows the name. */
  readonly user: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The id of the user who owns what stands there itself, links not followed; undefined where nothing does. */
  readonly ownerOf: (path: string) => string | undefined;
}

export function thisPlatform(): Platform {
  return {
    name: process.platform,
    home: homedir,
    temp: tmpdir(),
    // A container's user may have an id and no name: the system's list of users is not asked where it need not be.
    user: process.getuid ? String(process.getuid()) : userInfo().username,
    environment: process.env,
    ownerOf,
  };
}

function ownerOf(path: string): string | undefined {
  try {
    return String(lstatSync(path).uid);
  } catch {
    // Nothing there, or it is in somebody else's folder, which is all the same here.
    return undefined;
  }
}

/** The places of `file`'s master. Throws ENOENT when the file does not exist. */
export function placesOf(file: string, platform: Platform = thisPlatform()): Places {
  const real = realpathSync(file);
  const key = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const { join } = pathsOf(platform);
  // One that runs, or was killed, is found whatever the environment of who looks for it.
  const taken = runtimeFolders(platform).find(
    (runtime) => platform.ownerOf(join(runtime, key, 'lock')) === platform.user,
  );
  const folder = join(taken ?? runtimeFolder(platform), key);
  return {
    file: real,
    key,
    folder,
    socket: platform.name === 'win32' ? `\\\\.\\pipe\\hsu-${platform.user}-${key}` : join(folder, 'master.sock'),
    lock: join(folder, 'lock'),
    state: join(folder, 'state.json'),
    log: join(folder, 'master.log'),
    workerLogs: join(folder, 'logs'),
    outputs: join(folder, 'outputs'),
    notify: join(folder, 'notify'),
  };
}

/** The address of one more private socket in a master's folder. */
export function socketIn(folder: string, name: string, platform: Platform = thisPlatform()): string {
  if (platform.name !== 'win32') return path.posix.join(folder, `${name}.sock`);
  return `\\\\.\\pipe\\hsu-${platform.user}-${path.win32.basename(folder)}-${name}`;
}

/** Where masters keep their folders: the first of the places that can be used. */
export function runtimeFolder(platform: Platform = thisPlatform()): string {
  const { dirname, resolve } = pathsOf(platform);
  const among = runtimeFolders(platform);
  const login = resolve(platform.environment['XDG_RUNTIME_DIR'] ?? '/');
  const usable = among.find((runtime) => {
    const above = dirname(runtime);
    const owner = platform.ownerOf(above);
    // That of a login is said to be only its user's, and outlives a change of the user.
    const mayBeUsed = above === login ? owner === platform.user : owner !== undefined;
    return mayBeUsed && socketRoom(runtime, platform) >= 0;
  });
  return usable ?? among[0];
}

/**
 * HSU_RUNTIME_DIR wins. Otherwise the platform's place for what need not survive a reboot, and where that cannot be used
 * the others; the last ones are where a login has, or had not, what this environment lacks.
 */
function runtimeFolders(platform: Platform): readonly [string, ...string[]] {
  const { environment, name, temp, user } = platform;
  const { join } = pathsOf(platform);
  if (environment['HSU_RUNTIME_DIR']) return [environment['HSU_RUNTIME_DIR']];
  if (name === 'win32') {
    return [join(environment['LOCALAPPDATA'] ?? join(platform.home(), 'AppData', 'Local'), 'hsu', 'run')];
  }
  const inTemp: [string, string] = [join(temp, `hsu-${user}`), join('/tmp', `hsu-${user}`)];
  if (name !== 'linux') return inTemp;
  const given = environment['XDG_RUNTIME_DIR'];
  return given ? [join(given, 'hsu'), ...inTemp] : [...inTemp, join('/run/user', user, 'hsu')];
}

/** How many bytes a path of a socket in a master's folder has left of what the kernel allows it. */
function socketRoom(runtime: string, { name }: Pick<Platform, 'name'>): number {
  if (name === 'win32') return Number.POSITIVE_INFINITY;
  const longest = name === 'linux' ? 107 : 103;
  return longest - Buffer.byteLength(path.posix.join(runtime, '0123456789abcdef', '01234567.sock'));
}

function pathsOf({ name }: Pick<Platform, 'name'>): path.PlatformPath {
  return name === 'win32' ? path.win32 : path.posix;
}

/**
 * Creates the master's folder, readable by this user only. Throws when somebody else owns it: in a folder everybody
 * may write to, a stranger could have put it there.
 */
export function preparePlaces(places: Places): void {
  const runtime = path.dirname(places.folder);
  const room = socketRoom(runtime, { name: process.platform });
  if (room < 0) {
    throw new Error(
      `The folder ${runtime} has a path too long for a socket, by ${-room} bytes: set HSU_RUNTIME_DIR to a shorter one.`,
    );
  }
  for (const folder of [runtime, places.folder, places.workerLogs, places.notify]) {
    try {
      makeFolderSync(folder, 0o700);
    } catch (error) {
      throw new Error(
        `The folder ${folder}, for what belongs to running workers, cannot be made (${error instanceof Error ? error.message : String(error)}): set HSU_RUNTIME_DIR to a private folder that you may write to.`,
        { cause: error },
      );
    }
    if (process.platform === 'win32') continue;
    checkOwner(folder);
    if (folder !== runtime) chmodSync(folder, 0o700);
  }
}

/** Throws when the folder is there and somebody else's. */
export function checkOwner(folder: string): void {
  const owner = lstatSync(folder, { throwIfNoEntry: false })?.uid;
  if (!process.getuid || owner === undefined || owner === process.getuid()) return;
  throw new Error(
    `The folder ${folder} belongs to user ${owner}, expected it to be yours: remove it, or set HSU_RUNTIME_DIR to a private folder.`,
  );
}
