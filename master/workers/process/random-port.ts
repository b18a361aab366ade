import { randomInt } from 'node:crypto';

/** Below the ports that systems give to whoever asks for any, where few services have theirs. */
const [lowest, highest] = [20_000, 32_767] as const;

/** A port that is anybody's only by its number: nobody is given it by chance before it is used. */
export function randomPort(): number {
  return randomInt(lowest, highest + 1);
}
