import { loadKoffi, openLibrary, type Koffi, type NativeLibrary } from './load-koffi.ts';

/** Held by the process itself, not by whoever asked for it: nobody knows when a library's own threads have ended. */
const pinned = new Map<string, NativeLibrary>();

/**
 * A library that is unmapped with the thread that loaded it, or as the process ends, while threads of its own still
 * run, takes the process with it: the main thread holds every one, and where it can, the system's loader for ever.
 */
export function pinLibrary(id: string, file: string): void {
  if (pinned.has(file)) return;
  const koffi = loadKoffi(id, file);
  pinned.set(file, openLibrary(id, koffi, file));
  keepMapped(koffi, file);
}

/** RTLD_NOW and RTLD_NODELETE of each system. */
const neverUnload: Partial<Record<NodeJS.Platform, number>> = { linux: 0x2 | 0x1000, darwin: 0x2 | 0x80 };

function keepMapped(koffi: Koffi, file: string): void {
  const flags = neverUnload[process.platform];
  if (flags === undefined) return;
  try {
    koffi.load(null).func('dlopen', 'void *', ['str', 'int'])(file, flags);
  } catch {
    // A C library without it: then the main thread's hold has to do.
  }
}
