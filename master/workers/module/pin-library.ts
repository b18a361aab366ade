import { loadKoffi, openLibrary, type NativeLibrary } from './load-koffi.ts';

/** Held by the process itself, not by whoever asked for it: nobody knows when a library's own threads have ended. */
const pinned = new Map<string, NativeLibrary>();

/**
 * A library that is unmapped with the thread that loaded it, while threads of its own still run, takes the process
 * with it: the main thread holds every one for ever.
 */
export function pinLibrary(id: string, file: string): void {
  if (!pinned.has(file)) pinned.set(file, openLibrary(id, loadKoffi(id, file), file));
}
