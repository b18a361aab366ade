import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileKind } from '../config/file-kind.ts';
import { statOf } from '../world/stat-of.ts';
import { readTextNow } from '../world/text-file.ts';
import { CommandError } from './command.ts';

/** What a folder is searched for: workers files, their overlays, and manifests; other tools use some of the names too. */
const configurationName = /^(workers([.-][\w-]+)?|(worker-)?package)\.ya?ml$/;

/** Folders that hold other people's files, or none. */
const foreignFolders = new Set(['node_modules', '.git', '.cache', 'dist']);

/**
 * The files that words name: a file itself, a folder's configuration files, or a pattern with `*`, `**` and `?`.
 * Absolute, sorted, each once. Throws a CommandError for a name of which nothing exists.
 */
export function findConfigurationFiles(cwd: string, words: readonly string[]): string[] {
  const found = words.flatMap((word) => {
    const named = path.resolve(cwd, word);
    const fact = statSync(named, { throwIfNoEntry: false });
    if (fact?.isDirectory())
      return walk(named).filter((file) => configurationName.test(path.basename(file)) && isOurs(file));
    if (fact) return [named];
    if (!/[*?]/.test(word)) throw new CommandError(`There is no file or folder ${named}: check the name.`);
    const pattern = globPattern(named);
    return walk(fixedPart(named)).filter((file) => pattern.test(file) && isOurs(file));
  });
  return [...new Set(found)].sort();
}

/** Whoever names a file means it; what is found by a name of ours is looked into. */
function isOurs(file: string): boolean {
  const name = path.basename(file);
  return !configurationName.test(name) || fileKind(name, readTextNow(file)) !== 'foreign';
}

function walk(folder: string): string[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) return foreignFolders.has(entry.name) ? [] : walk(inside);
    // A link to a file is that file under another name; one to a folder may lead in a circle.
    return entry.isFile() || (entry.isSymbolicLink() && statOf(inside)?.isFile()) ? [inside] : [];
  });
}

/** The deepest folder before the first wildcard. */
function fixedPart(pattern: string): string {
  return path.dirname(pattern.slice(0, pattern.search(/[*?]/)) + '_');
}

function globPattern(glob: string): RegExp {
  const separator = '[\\\\/]';
  const inName = '[^\\\\/]';
  const source = glob.replaceAll('\\', '/').replace(/\*\*\/|\*\*|[/*?]|[.+^${}()|[\]]/g, (token) => {
    if (token === '**/') return `(?:.*${separator})?`;
    if (token === '**') return '.*';
    if (token === '*') return `${inName}*`;
    if (token === '?') return inName;
    return token === '/' ? separator : `\\${token}`;
  });
  return new RegExp(`^${source}$`);
}
