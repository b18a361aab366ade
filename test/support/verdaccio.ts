import { execa } from 'execa';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { npmScript } from '../tooling/npm.mjs';
import { withLock } from '../editor-host/lock.ts';
import { endProcessTree } from './end-process-tree.ts';

const version = '6.8.0';

export interface Registry {
  readonly url: string;
  /** Publishes a folder with a package.json, as its author would. */
  publish(folder: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a real npm registry with nothing in it, on a port of this machine. */
export async function startRegistry(): Promise<Registry> {
  const installation = await installVerdaccio();
  const data = await mkdtemp(path.join(tmpdir(), 'hsu-registry-'));
  const settings = {
    storage: path.join(data, 'storage'),
    auth: { htpasswd: { file: path.join(data, 'htpasswd') } },
    packages: { '**': { access: '$all', publish: '$all' } },
    log: { type: 'stdout', format: 'json', level: 'error' },
  };
  // JSON is YAML too.
  await writeFile(path.join(data, 'config.yaml'), JSON.stringify(settings));
  const server = spawn(
    process.execPath,
    [path.join(ROOT_FOLDER, 'test/fixtures/registry.cjs'), installation, path.join(data, 'config.yaml')],
    { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true },
  );
  const listening = once(server, 'message').then(([port]) => Number(port));
  const ended = once(server, 'exit').then(([code]) => {
    throw new Error(`the registry ended before it listened: exit code ${code}`);
  });
  const url = `http://127.0.0.1:${await Promise.race([listening, ended])}/`;
  // npm publishes only with a token, of which this registry thinks nothing.
  await writeFile(path.join(data, 'npmrc'), `${url.slice('http:'.length)}:_authToken=nobody\n`);
  return {
    url,
    publish: async (folder) => {
      const args = ['publish', '--registry', url, '--userconfig', path.join(data, 'npmrc')];
      await execa(process.execPath, [npmScript(), ...args], { cwd: folder });
    },
    stop: async () => {
      await endProcessTree(server);
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Below .cache/, complete whenever it is there; only one suite needs it, so it is no dependency of the project. */
async function installVerdaccio(): Promise<string> {
  const parent = path.join(ROOT_FOLDER, '.cache', 'registry');
  const folder = path.join(parent, `verdaccio-${version}`);
  await mkdir(parent, { recursive: true });
  await withLock(`${folder}.lock`, console.log, async () => {
    if (existsSync(folder)) return;
    const draft = await mkdtemp(path.join(parent, 'draft-'));
    // One of its dependencies names a release of node-fetch by a tag that not every registry knows.
    const manifest = { private: true, overrides: { 'node-fetch': '2.7.0' } };
    await writeFile(path.join(draft, 'package.json'), JSON.stringify(manifest));
    const args = ['install', `verdaccio@${version}`, '--ignore-scripts', '--no-audit', '--no-fund'];
    await execa(process.execPath, [npmScript(), ...args], { cwd: draft });
    await rename(draft, folder);
  });
  return path.join(folder, 'node_modules', 'verdaccio');
}
