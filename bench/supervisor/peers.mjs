// The programs that are measured beside ours, brought here the first time they are asked for: Debian packages, mostly
// unpacked below .cache, pm2 from npm, and the worker, which is compiled.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const cache = path.join(root, '.cache/bench-supervisor');
const debian = path.join(cache, 'debian');

const packages = { runit: ['runit'], supervisord: ['supervisor', 'python3-pkg-resources'] };

/** Our master, built as it is shipped and apart from the one that the tests run. */
export function master() {
  const folder = path.join(cache, 'dist');
  run(process.execPath, [path.join(root, 'esbuild.mjs'), '--production', '--outdir', folder]);
  return folder;
}

export function worker() {
  const binary = path.join(cache, 'worker');
  mkdirSync(cache, { recursive: true });
  run('cc', ['-O2', '-Wall', '-o', binary, path.join(import.meta.dirname, 'worker.c')]);
  return binary;
}

/** A program of s6, which is installed: its programs know each other by their full paths. */
export function fromS6(program) {
  const file = path.join('/usr/bin', program);
  if (!existsSync(file)) {
    run('apt-get', ['update']);
    run('apt-get', ['install', '--yes', '--no-install-recommends', 's6']);
  }
  return file;
}

/** A program of an unpacked Debian package; the package is not installed, for it would start services of its own. */
export function fromDebian(peer, program) {
  const file = path.join(debian, 'usr/bin', program);
  if (!existsSync(file)) unpack(packages[peer]);
  return file;
}

/** The environment that an unpacked program wants. */
export function debianEnvironment() {
  return {
    ...process.env,
    PATH: `${path.join(debian, 'usr/bin')}:${process.env.PATH}`,
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

function unpack(names) {
  mkdirSync(debian, { recursive: true });
  run('apt-get', ['update']);
  execFileSync('apt-get', ['download', ...names], { cwd: cache, stdio: 'ignore' });
  for (const name of names) {
    const archive = readdirSync(cache).find((file) => file.startsWith(`${name}_`) && file.endsWith('.deb'));
    run('dpkg', ['-x', path.join(cache, archive), debian]);
  }
}

function run(program, args) {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
