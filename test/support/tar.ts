export interface TarEntry {
  readonly name: string;
  readonly content?: string;
  /** "0" is a file, "5" a folder, "2" a link. */
  readonly type?: string;
  readonly mode?: number;
}

/** An archive in the ustar format, with any entries, forbidden ones too. */
export function tar(...entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(blocks), Buffer.alloc(1024)]);
}

function blocks({ name, content = '', type = '0', mode = 0o644 }: TarEntry): Buffer[] {
  const header = Buffer.alloc(512);
  const body = Buffer.from(content);
  header.write(name, 0, 100);
  header.write(mode.toString(8).padStart(7, '0'), 100);
  header.write(body.length.toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  header.write('ustar', 257);
  return [header, body, Buffer.alloc((512 - (body.length % 512)) % 512)];
}
