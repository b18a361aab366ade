/**
 * A WebAssembly file whose own memories may have at most `bytes`: what it asks for beyond that, its allocator is
 * refused. Undefined where it begins with more; unchanged where it is no WebAssembly, which compiling it will tell.
 */
export function capWasmMemory(file: Uint8Array, bytes: number): Uint8Array | undefined {
  const pages = Math.floor(bytes / pageBytes);
  const parts: Uint8Array[] = [file.subarray(0, headerBytes)];
  let at = headerBytes;
  while (at < file.length) {
    const size = readNumber(file, at + 1);
    if (!size) return file;
    const end = size.next + size.value;
    const section = file.subarray(size.next, end);
    if (file[at] === memorySection) {
      const capped = capSection(section, pages);
      if (capped === undefined) return undefined;
      parts.push(Uint8Array.of(memorySection), writeNumber(capped.length), capped);
    } else {
      parts.push(file.subarray(at, end));
    }
    at = end;
  }
  return new Uint8Array(Buffer.concat(parts));
}

const pageBytes = 65_536;
const headerBytes = 8;
const memorySection = 5;

/** A vector of limits: a flag byte (1: with a most, 2: shared, 4: of 64 bits), the least, and the most. */
function capSection(section: Uint8Array, pages: number): Uint8Array | undefined {
  const count = readNumber(section, 0);
  if (!count) return section;
  const parts: Uint8Array[] = [writeNumber(count.value)];
  let at = count.next;
  for (let index = 0; index < count.value; index++) {
    const flags = section[at] ?? 0;
    const least = readNumber(section, at + 1);
    const most = least && (flags & 1) === 1 ? readNumber(section, least.next) : undefined;
    if (!least) return section;
    if (least.value > pages) return undefined;
    parts.push(Uint8Array.of(flags | 1), writeNumber(least.value), writeNumber(Math.min(most?.value ?? pages, pages)));
    at = most?.next ?? least.next;
  }
  return Buffer.concat(parts);
}

/** LEB128, as everything in WebAssembly is counted; undefined at the end of the bytes. */
function readNumber(bytes: Uint8Array, from: number): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let at = from, factor = 1; at < bytes.length; at++, factor *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte % 128) * factor;
    if (byte < 128) return { value, next: at + 1 };
  }
  return undefined;
}

function writeNumber(value: number): Uint8Array {
  const bytes: number[] = [];
  let left = value;
  do {
    const low = left % 128;
    left = Math.floor(left / 128);
    bytes.push(left > 0 ? low + 128 : low);
  } while (left > 0);
  return Uint8Array.from(bytes);
}
