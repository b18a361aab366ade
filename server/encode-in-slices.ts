import type { ContentTypeEncoder } from 'vscode-languageserver/node';
import { nextTurn } from './next-turn.ts';

/** How long the writing of one answer keeps everybody else waiting. */
const sliceMs = 10;
/** Lists of more than this are written bit by bit. */
const few = 500;
/** How deep in a message the long list of an answer stands. */
const depth = 3;

/** Messages as JSON. One that lists something of every worker of a large file is written while others are answered. */
export const encodeInSlices: ContentTypeEncoder = {
  name: 'application/json',
  encode: async (message) => {
    if (!hasLongList(message, depth)) return Buffer.from(JSON.stringify(message));
    const parts: Buffer[] = [];
    let until = performance.now() + sliceMs;
    for (const text of textsOf(message, depth)) {
      parts.push(Buffer.from(text));
      if (performance.now() < until) continue;
      await nextTurn();
      until = performance.now() + sliceMs;
    }
    return Buffer.concat(parts);
  },
};

function hasLongList(value: unknown, within: number): boolean {
  if (Array.isArray(value)) return value.length > few;
  return within > 0 && isRecord(value) && Object.values(value).some((one) => hasLongList(one, within - 1));
}

/** The JSON of a value, in bits. */
function* textsOf(value: unknown, within: number): Generator<string> {
  if (Array.isArray(value)) {
    yield '[';
    for (let at = 0; at < value.length; at += few) {
      const bit = JSON.stringify(value.slice(at, at + few)).slice(1, -1);
      yield at === 0 ? bit : `,${bit}`;
    }
    yield ']';
  } else if (within > 0 && isRecord(value)) {
    let before = '{';
    for (const [key, inner] of Object.entries(value)) {
      if (inner === undefined) continue;
      yield `${before}${JSON.stringify(key)}:`;
      yield* textsOf(inner, within - 1);
      before = ',';
    }
    yield before === '{' ? '{}' : '}';
  } else yield JSON.stringify(value);
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
