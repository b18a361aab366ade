import { scriptExports } from './script-exports.ts';

/**
 * The names a module file exports, read from its source without running it; undefined where that cannot be told
 * (CommonJS that computes its exports, native libraries, text that re-exports everything of another file).
 */
export function exportedNames(file: string, content: Uint8Array): readonly string[] | undefined {
  if (/\.wasm$/i.test(file)) return wasmExports(content);
  if (!/\.[cm]?[jt]s$/i.test(file) || content.length > 5_000_000) return undefined;
  return scriptExports(new TextDecoder().decode(content));
}

function wasmExports(content: Uint8Array): readonly string[] | undefined {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (content.length < 8 || view.getUint32(0) !== 0x0061736d) return undefined;
  let at = 8;
  const number = (): number => {
    let result = 0;
    for (let shift = 0; shift < 35 && at < content.length; shift += 7) {
      const byte = content[at++] ?? 0;
      result += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    return result;
  };
  while (at < content.length) {
    const section = content[at++];
    const end = number() + at;
    if (section !== 7) {
      at = end;
      continue;
    }
    const names: string[] = [];
    for (let count = number(); count > 0 && at < end; count--) {
      const length = number();
      names.push(new TextDecoder().decode(content.subarray(at, at + length)));
      at += length + 1;
      number();
    }
    return names;
  }
  return [];
}
