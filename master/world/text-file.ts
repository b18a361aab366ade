import { isUtf8 } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { constants, readFileSync, type Stats } from 'node:fs';
import { access, open, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, whyRefused } from './why-refused.ts';

/** Thrown when a file cannot be read or written; its `code` is the system's. */
export class FileError extends Error {
  readonly code: string | undefined;

  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.code = codeOf(cause);
  }
}

/** The text of a file, with its byte order mark. Rejects with a FileError; what is no UTF-8 would not survive an edit. */
export async function readText(file: string): Promise<string> {
  return textOf(file, await readFile(file).catch((error: unknown) => refused(file, 'read', error)));
}

/** The same, at once. */
export function readTextNow(file: string): string {
  try {
    return textOf(file, readFileSync(file));
  } catch (error) {
    return refused(file, 'read', error);
  }
}

/**
 * Gives a file another text. It has the old one or the new one whole, whatever happens meanwhile, where a file can be
 * made beside it; links are followed, and what may be done with it stays as it is. Rejects with a FileError.
 */
export async function replaceText(file: string, text: string): Promise<void> {
  try {
    const target = await realpath(file).catch(() => file);
    const before = await stat(target).catch(() => undefined);
    // What nobody may write to is not replaced by way of its folder.
    if (before) await access(target, constants.W_OK);
    if (before && before.nlink > 1) await writeFile(target, text);
    else await replaceWhole(target, text, before);
  } catch (error) {
    refused(file, 'written', error);
  }
}

/** Where a folder takes no file, or a name is not given up to another file, as that of a mount. */
const onlyInPlace: ReadonlySet<string | undefined> = new Set(['EACCES', 'EBUSY', 'EPERM', 'EROFS', 'EXDEV']);

async function replaceWhole(target: string, text: string, before: Stats | undefined): Promise<void> {
  const draft = path.join(path.dirname(target), `.hsu-${randomBytes(6).toString('hex')}`);
  try {
    await writeDraft(draft, text, before);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    if (!onlyInPlace.has(codeOf(error))) throw error;
    await writeFile(target, text);
  }
}

async function writeDraft(draft: string, text: string, before: Stats | undefined): Promise<void> {
  const handle = await open(draft, 'wx');
  try {
    await handle.writeFile(text);
    if (before) {
      const own = await handle.stat();
      if (own.uid !== before.uid || own.gid !== before.gid) await handle.chown(before.uid, before.gid);
      await handle.chmod(before.mode & 0o7777);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function textOf(file: string, bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new FileError(`${file} is no UTF-8 text: save it with that encoding.`, undefined);
}

function refused(file: string, what: 'read' | 'written', error: unknown): never {
  if (error instanceof FileError) throw error;
  throw new FileError(`${file} cannot be ${what}: ${whyRefused(error)}.`, error);
}
