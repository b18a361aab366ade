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

function scriptExports(source: string): readonly string[] | undefined {
  const text = withoutComments(source);
  if (/\bexport\s*\*\s*from\b/.test(text)) return undefined;
  const names = new Set<string>();
  const add = (name: string | undefined) => name !== undefined && name !== '' && names.add(name);
  for (const match of text.matchAll(
    /\bexport\s+(?:declare\s+)?(?:async\s+)?(?:abstract\s+)?(?:function\s*\*?|class|const|let|var|enum|namespace)\s*([\w$]+)/g,
  )) {
    add(match[1]);
  }
  for (const match of text.matchAll(/\bexport\s*\{([^}]*)\}/g)) {
    for (const part of (match[1] ?? '').split(','))
      add(/(?:\bas\s+)?(?:"([^"]+)"|'([^']+)'|([\w$]+))\s*$/.exec(part)?.slice(1).find(Boolean));
  }
  if (/\bexport\s+default\b/.test(text)) names.add('default');
  for (const match of text.matchAll(/\b(?:module\.)?exports\.([\w$]+)\s*=[^=]/g)) add(match[1]);
  for (const match of text.matchAll(/\bObject\.defineProperty\(\s*(?:module\.)?exports,\s*["']([^"']+)["']/g))
    add(match[1]);
  for (const match of text.matchAll(/\b__export\(\s*[\w$]+,\s*\{([^}]*)\}/g)) {
    for (const key of (match[1] ?? '').matchAll(/(?:^|,)\s*([\w$]+)\s*:/g)) add(key[1]);
  }
  names.delete('__esModule');
  const assigned = /\bmodule\.exports\s*=\s*(\{[^{}]*\})?/.exec(text);
  if (assigned?.[1] === undefined)
    return assigned && !text.includes('__toCommonJS') && names.size === 0 ? undefined : [...names];
  for (const part of assigned[1].slice(1, -1).split(',')) {
    if (part.includes('...')) return undefined;
    add(/^\s*(?:async\s+)?["']?([\w$]+)["']?\s*(?:[:(]|$)/.exec(part)?.[1]);
  }
  return [...names];
}

/** Comments hide exports that are none; strings stay as they are, for one may look like a comment's start. */
function withoutComments(source: string): string {
  return source.replaceAll(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/.*/g,
    (_, text: string | undefined) => text ?? ' ',
  );
}
