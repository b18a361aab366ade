import childProcess from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { wrapMethod } from './wrap-method.ts';

/** Functions of node:fs by the places of their path arguments; each has a `…Sync` twin and one in `fs.promises`. */
const pathArguments: Readonly<Record<string, readonly number[]>> = {
  access: [0],
  appendFile: [0],
  chmod: [0],
  chown: [0],
  copyFile: [0, 1],
  cp: [0, 1],
  createReadStream: [0],
  createWriteStream: [0],
  exists: [0],
  lchown: [0],
  link: [0, 1],
  lstat: [0],
  lutimes: [0],
  mkdir: [0],
  mkdtemp: [0],
  open: [0],
  opendir: [0],
  readdir: [0],
  readFile: [0],
  readlink: [0],
  realpath: [0],
  rename: [0, 1],
  rm: [0],
  rmdir: [0],
  stat: [0],
  statfs: [0],
  symlink: [1],
  truncate: [0],
  unlink: [0],
  unwatchFile: [0],
  utimes: [0],
  watch: [0],
  watchFile: [0],
  writeFile: [0],
};

/**
 * Gives a program a working directory of its own. The real one belongs to the whole process; here relative paths are
 * made absolute before Node sees them, so `process.chdir` works too, for this program alone.
 */
export function liveIn(folder: string): void {
  let current = folder;
  process.cwd = () => current;
  process.chdir = (to) => {
    const next = path.resolve(current, to);
    if (!fs.statSync(next).isDirectory()) throw new Error(`ENOTDIR: not a directory, chdir '${next}'`);
    current = next;
  };
  for (const [name, places] of Object.entries(pathArguments)) {
    for (const [target, method] of [
      [fs, name],
      [fs, `${name}Sync`],
      [fs.promises, name],
    ] as const) {
      wrapMethod(target, method, (original) => {
        return function (...args) {
          for (const place of places) args[place] = absolute(args[place]);
          return original.apply(this, args);
        };
      });
    }
  }
  wrapMethod(childProcess.ChildProcess.prototype, 'spawn', (original) => {
    return function (options, ...rest) {
      return original.call(this, withFolder(options), ...rest);
    };
  });
  // Both take (file, args?, options?); the options are the only plain object among them.
  for (const method of ['spawnSync', 'execFileSync']) {
    wrapMethod(childProcess, method, (original) => {
      return function (file, ...rest) {
        const at = rest.findIndex((argument) => isPlain(argument));
        const args = at < 0 ? (rest.length > 0 ? rest : [[]]) : rest.slice(0, at);
        return original.call(this, file, ...args, withFolder(at < 0 ? {} : rest[at]));
      };
    });
  }
  wrapMethod(childProcess, 'execSync', (original) => {
    return function (command, options) {
      return original.call(this, command, withFolder(options ?? {}));
    };
  });
}

function absolute(value: unknown): unknown {
  return typeof value === 'string' && !path.isAbsolute(value) ? path.resolve(value) : value;
}

function withFolder(options: unknown): unknown {
  if (!isPlain(options)) return options;
  const cwd: unknown = Reflect.get(options, 'cwd');
  return { ...options, cwd: typeof cwd === 'string' ? path.resolve(cwd) : (cwd ?? process.cwd()) };
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
