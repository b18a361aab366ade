import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** The files a module was compiled from, as its source map tells; only itself where it has none. Absolute. */
export async function sourceFilesOf(file: string): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8');
    const url = /\/\/[#@] sourceMappingURL=(\S+)\s*$/.exec(text)?.[1];
    if (url === undefined) return [file];
    const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
    const map: unknown = JSON.parse(
      inline === undefined
        ? await readFile(path.resolve(path.dirname(file), decodeURIComponent(url)), 'utf8')
        : Buffer.from(inline, 'base64').toString('utf8'),
    );
    return [file, ...sourcesIn(map).map((source) => path.resolve(path.dirname(file), source))];
  } catch {
    // A map that is missing or broken tells nothing.
    return [file];
  }
}

function sourcesIn(map: unknown): readonly string[] {
  if (typeof map !== 'object' || map === null || !('sources' in map) || !Array.isArray(map.sources)) return [];
  const root = 'sourceRoot' in map && typeof map.sourceRoot === 'string' ? map.sourceRoot : '';
  return map.sources
    .filter((source): source is string => typeof source === 'string')
    .map((source) => path.join(root, source));
}
