import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const block = 512;

/**
 * Unpacks an archive as npm writes it: files and folders below one folder of any name, which is left out.
 * @throws {Error} for an entry that is a link, or whose path leaves the folder
 */
export async function unpackTar(archive: Buffer, into: string): Promise<void> {
  /** The next entry's path, where it is too long for the header. */
  let longPath: string | undefined;
  for (let at = 0; at + block <= archive.length;) {
    const header = archive.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    const size = parseInt(text(header, 124, 12).trim() || '0', 8);
    if (!Number.isSafeInteger(size) || size < 0 || at + block + size > archive.length) {
      throw new Error('The archive is damaged: an entry is longer than the archive.');
    }
    const content = archive.subarray(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;

    const type = text(header, 156, 1);
    if (type === 'x') longPath = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString('utf8'))?.[1] ?? longPath;
    else if (type === 'L') longPath = text(content, 0, content.length);
    else if (type !== 'g') {
      const prefix = text(header, 345, 155);
      const name = longPath ?? (prefix === '' ? '' : `${prefix}/`) + text(header, 0, 100);
      longPath = undefined;
      await unpackEntry(name, type, content, parseInt(text(header, 100, 8), 8), into);
    }
  }
}

async function unpackEntry(name: string, type: string, content: Buffer, mode: number, into: string): Promise<void> {
  if (type !== '0' && type !== '' && type !== '5') {
    throw new Error(`The archive holds ${name}, which is neither a file nor a folder: it is not unpacked.`);
  }
  const inside = name.split('/').slice(1);
  const leaves = inside.some((part) => part === '..' || part.includes('\\') || part.includes(':'));
  const target = path.join(into, ...inside);
  if (name.startsWith('/') || leaves || path.relative(into, target).startsWith('..')) {
    throw new Error(`The archive holds ${name}, a path that leads out of the package: it is not unpacked.`);
  }
  if (type === '5') await mkdir(target, { recursive: true });
  else {
    await mkdir(path.dirname(target), { recursive: true });
    // Only whether it may be run is taken over from the mode.
    await writeFile(target, content, { mode: (mode & 0o111) === 0 ? 0o644 : 0o755 });
  }
}

function text(bytes: Buffer, start: number, length: number): string {
  const end = bytes.subarray(start, start + length).indexOf(0);
  return bytes.toString('utf8', start, start + (end < 0 ? length : end));
}
