import { maskScript } from './mask-script.ts';

/**
 * The names that the source of a script exports, ES module or CommonJS; undefined where they cannot be told without
 * running it. A name too many does no harm, a missing one would be a false error.
 */
export function scriptExports(source: string): readonly string[] | undefined {
  const code = maskScript(source);
  if (/\bexport\s*\*\s*from\b/.test(code)) return undefined;
  const names = new Set<string>();
  const add = (name: string | undefined) => name !== undefined && name !== '' && names.add(name);
  const declarations =
    /\bexport\s+(?:declare\s+)?(?:(?:async\s+)?function\s*\*?\s*|(?:abstract\s+)?class\s+|(?:const\s+)?enum\s+|namespace\s+)([\w$]+)/g;
  for (const [, name] of code.matchAll(declarations)) add(name);
  for (const match of code.matchAll(/\bexport\s+(?:declare\s+)?(?:const|let|var)\b(?!\s+enum\b)/g)) {
    for (const part of parts(code, source, match.index + match[0].length, ';')) declared(part).forEach(add);
  }
  for (const [, name] of code.matchAll(/\bexport\s*\*\s*as\s+([\w$]+)/g)) add(name);
  for (const match of code.matchAll(/\bexport\s*\{/g)) {
    for (const part of parts(code, source, match.index + match[0].length, '}')) {
      if (/^\s*type\s+[\w$]/.test(part)) continue;
      add(/(?:"([^"]+)"|'([^']+)'|([\w$]+))\s*$/.exec(part)?.slice(1).find(Boolean));
    }
  }
  if (/\bexport\s+default\b/.test(code)) add('default');
  return commonJs(code, source, names);
}

function commonJs(code: string, source: string, names: Set<string>): readonly string[] | undefined {
  for (const [, name] of code.matchAll(/\b(?:module\s*\.\s*)?exports\s*\.\s*([\w$]+)\s*=(?!=)/g)) names.add(name ?? '');
  for (const match of code.matchAll(/\bexports\s*\[/g)) {
    const name = quotedAt(source, match.index + match[0].length);
    if (name === undefined) return undefined;
    names.add(name);
  }
  for (const match of code.matchAll(/\bObject\s*\.\s*defineProperty\(\s*(?:module\s*\.\s*)?exports\s*,\s*/g)) {
    const name = quotedAt(source, match.index + match[0].length);
    if (name !== undefined) names.add(name);
  }
  // As esbuild writes it.
  for (const match of code.matchAll(/\b__export\(\s*[\w$]+\s*,\s*\{/g)) {
    for (const part of parts(code, source, match.index + match[0].length, '}')) names.add(keyOf(part) ?? '');
  }
  names.delete('__esModule');
  names.delete('');
  const assigned = [...code.matchAll(/\bmodule\s*\.\s*exports\s*=(?!=)\s*|\bexport\s*=\s*/g)].at(-1);
  if (!assigned || /^__toCommonJS\b/.test(code.slice(assigned.index + assigned[0].length))) return [...names];
  const start = assigned.index + assigned[0].length;
  // What a call or another name stands for is only known when the file is run.
  if (code.charAt(start) !== '{') return undefined;
  for (const part of parts(code, source, start + 1, '}')) {
    if (/^\s*(?:\.\.\.|\[)/.test(part)) return undefined;
    const key = keyOf(part);
    if (key !== undefined) names.add(key);
  }
  return [...names];
}

/** What stands between commas from an offset on, outside of brackets, until the end character or a new statement. */
function parts(code: string, source: string, from: number, end: '}' | ';'): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = from;
  let at = from;
  for (; at < code.length; at++) {
    const character = code.charAt(at);
    if (
      depth === 0 &&
      (character === end ||
        (end === ';' && /^\n\s*(?:export|import|function|class|const|let|var)\b/.test(code.slice(at, at + 40))))
    ) {
      break;
    }
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 0) {
      found.push(source.slice(start, at));
      start = at + 1;
    }
    if (depth < 0) break;
  }
  found.push(source.slice(start, at));
  return found;
}

/** The names a declarator declares; of a pattern every name in it that may be one. */
function declared(declarator: string): string[] {
  const pattern = /^\s*[[{]/.test(declarator)
    ? declarator.slice(0, declarator.search(/[\]}]\s*=(?!=|>)|$/))
    : undefined;
  if (pattern === undefined) return [/^\s*([\w$]+)/.exec(declarator)?.[1] ?? ''];
  return [...pattern.matchAll(/([\w$]+)\s*(?=[,=\]}]|$)/g)].map(([, name = '']) => name);
}

function keyOf(property: string): string | undefined {
  return /^\s*(?:(?:async|get|set)\s+)?\*?\s*(?:"([^"]+)"|'([^']+)'|([\w$]+))/.exec(property)?.slice(1).find(Boolean);
}

function quotedAt(source: string, at: number): string | undefined {
  return /^\s*["']([^"']+)["']/.exec(source.slice(at, at + 200))?.[1];
}
