import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import path from 'node:path';

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
  readonly home: string;
  readonly temp: string;
  readonly user: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export function thisPlatform(): Platform {
  const { uid, username } = userInfo();
  return {
    name: process.platform,
    home: homedir(),
    temp: tmpdir(),
    user: uid >= 0 ? String(uid) : username,
    environment: process.env,
  };
}

/** The places of `file`'s master. Throws ENOENT when the file does not exist. */
export function placesOf(file: string, platform: Platform = thisPlatform()): Places {
  const real = realpathSync(file);
  const key = createHash('sha256').update(real).digest('hex').slice(0, 16);
  const join = platform.name === 'win32' ? path.win32.join : path.posix.join;
  const folder = join(runtimeFolder(platform, join), key);
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

/**
 * HSU_RUNTIME_DIR wins. Otherwise the platform's place for what need not survive a reboot; short enough on Unix for a
 * socket's path, which the kernel limits to 104 bytes on macOS and 108 on Linux.
 */
export function runtimeFolder(platform: Platform = thisPlatform(), join: typeof path.join = path.join): string {
  const { environment } = platform;
  if (environment['HSU_RUNTIME_DIR']) return environment['HSU_RUNTIME_DIR'];
  if (platform.name === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(platform.home, 'AppData', 'Local'), 'hsu', 'run');
  }
  if (platform.name === 'linux' && environment['XDG_RUNTIME_DIR']) return join(environment['XDG_RUNTIME_DIR'], 'hsu');
  return join(platform.temp, `hsu-${platform.user}`);
}

/**
 * Creates the master's folder, readable by this user only. Throws when somebody else owns it: in a folder everybody
 * may write to, a stranger could have put it there.
 */
export function preparePlaces(places: Places): void {
  for (const folder of [path.dirname(places.folder), places.folder, places.workerLogs, places.notify]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (process.platform === 'win32') continue;
    const { uid } = lstatSync(folder);
    if (process.getuid && uid !== process.getuid()) {
      throw new Error(
        `The folder ${folder} belongs to user ${uid}, expected it to be yours: remove it, or set HSU_RUNTIME_DIR to a private folder.`,
      );
    }
    if (folder !== path.dirname(places.folder)) chmodSync(folder, 0o700);
  }
}
