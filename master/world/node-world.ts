import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exportedNames } from '../config/exported-names.ts';
import type { FileFact, World } from '../config/world.ts';
import { findPackages } from '../packages/find-packages.ts';
import { findProgram } from './find-program.ts';
import { statOf } from './stat-of.ts';

export interface NodeWorldOptions {
  /** Absolute folder of the workers file (or of the package, for a manifest). */
  readonly folder: string;
  /** Default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The world as this machine has it: each fact is looked up when asked for the first time, then kept. */
export function nodeWorld(options: NodeWorldOptions): World {
  const { folder, environment = process.env } = options;
  return {
    folder,
    resolve: (...parts) => path.resolve(...parts),
    parent: (file) => path.dirname(file),
    file: remembering(fileFact),
    names: remembering(namesIn),
    packages: once(() => findPackages(folder)),
    environment: (name) => environment[name],
    environmentNames: () => Object.keys(environment),
    exports: remembering((file) => readExports(file)),
    program: remembering((name) => findProgram(name, environment)),
  };
}

/** What stands at a path now. */
function fileFact(file: string): FileFact {
  const stats = statOf(file);
  if (!stats) return { kind: 'missing', executable: false };
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  return { kind, executable: kind === 'file' && mayExecute(file) };
}

/** The names in a folder, those of folders with a slash behind. */
function namesIn(folder: string): readonly string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  } catch {
    return [];
  }
}

function mayExecute(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readExports(file: string): readonly string[] | undefined {
  try {
    return exportedNames(file, readFileSync(file));
  } catch {
    // A file that cannot be read has a finding of its own.
    return undefined;
  }
}

function remembering<T>(look: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before !== undefined || known.has(key)) return before ?? look(key);
    const fact = look(key);
    known.set(key, fact);
    return fact;
  };
}

function once<T>(look: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: look() }).value;
}
