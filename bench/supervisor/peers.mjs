// The programs that are measured beside ours, brought below .cache the first time they are asked for: Debian packages
// are unpacked there, not installed; pm2 comes from npm; the worker is compiled.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/bench-supervisor');
const debian = path.join(cache, 'debian');

/** What each peer consists of, with the libraries that a plain machine does not have. */
const packages = {
  s6: ['s6', 'libs6-*', 'execline', 'libexecline*', 'libskarnet*'],
  runit: ['runit'],
  supervisord: ['supervisor', 'python3-pkg-resources'],
};

export function worker() {
  const binary = path.join(cache, 'worker');
  mkdirSync(cache, { recursive: true });
  run('cc', ['-O2', '-Wall', '-o', binary, path.join(import.meta.dirname, 'worker.c')]);
  return binary;
}

/** A program of an unpacked Debian package, and the environment it wants. */
export function fromDebian(peer, program) {
  const file = path.join(debian, 'usr/bin', program);
  if (!existsSync(file)) unpack(packages[peer]);
  return file;
}

export function debianEnvironment() {
  const libraries = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu', 'usr/lib']
    .map((folder) => path.join(debian, folder))
    .join(':');
  return {
    ...process.env,
    PATH: `${path.join(debian, 'usr/bin')}:${process.env.PATH}`,
    LD_LIBRARY_PATH: libraries,
    PYTHONPATH: path.join(debian, 'usr/lib/python3/dist-packages'),
  };
}

export function pm2() {
  const folder = path.join(cache, 'pm2');
  const file = path.join(folder, 'node_modules/pm2/bin/pm2');
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    run('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'pm2@7']);
  }
  return file;
}

function unpack(patterns) {
  mkdirSync(debian, { recursive: true });
  const download = (names) => execFileSync('apt-get', ['download', ...names], { cwd: cache, stdio: 'ignore' });
  const names = patterns.flatMap(namesLike);
  try {
    download(names);
  } catch {
    // The lists may be older than what the server has.
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    download(patterns.flatMap(namesLike));
  }
  for (const name of names) {
    const archive = readdirSync(cache).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
    run('dpkg', ['-x', path.join(cache, archive), debian]);
  }
}

/** The names of a library carry its version. */
function namesLike(pattern) {
  if (!pattern.includes('*')) return [pattern];
  const expression = `^${pattern.replace('*', '[0-9.-]+')}$`;
  const lines = execFileSync('apt-cache', ['search', '--names-only', expression], { encoding: 'utf8' });
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ')[0]);
}

function run(program, args) {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
