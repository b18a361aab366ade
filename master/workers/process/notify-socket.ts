import { closeSync, readSync, rmSync } from 'node:fs';
import type { Koffi } from '../module/load-koffi.ts';

/** A Unix datagram socket, as `sd_notify` writes to: what Node itself has none of. */
export interface NotifySocket {
  readonly path: string;
  /** The next message; undefined while none has come. */
  read(): string | undefined;
  /** Whoever sends from now on is refused at once, and never waits for a reader. */
  close(): void;
}

const unix = 1;
/** SOCK_DGRAM, SOCK_NONBLOCK and SOCK_CLOEXEC of Linux. */
const datagramNonBlocking = 2 | 0o4000 | 0o2000000;
/** `sun_path` of Linux, with its end. */
const longestPath = 107;

const message = Buffer.allocUnsafeSlow(8192);

/** Binds one, with the C library through koffi; undefined where the path is too long or the system refuses. */
export function openNotifySocket(path: string, koffi: Koffi): NotifySocket | undefined {
  if (process.platform !== 'linux' || Buffer.byteLength(path) > longestPath) return undefined;
  const library = koffi.load(null);
  const file = Number(library.func('socket', 'int', ['int', 'int', 'int'])(unix, datagramNonBlocking, 0));
  if (file < 0) return undefined;
  rmSync(path, { force: true });
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1);
  address.writeUInt16LE(unix, 0);
  address.write(path, 2);
  const bound = library.func('bind', 'int', ['int', 'void *', 'uint32'])(file, address, address.length);
  if (bound !== 0) {
    closeSync(file);
    return undefined;
  }
  let isClosed = false;
  return {
    path,
    read() {
      try {
        return message.toString('utf8', 0, readSync(file, message));
      } catch {
        // Nothing to read yet.
        return undefined;
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeSync(file);
      rmSync(path, { force: true });
    },
  };
}
