import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node';
import { childrenOf, hasVariable } from '../machine.mjs';

const master = path.resolve(import.meta.dirname, '../../../.cache/bench-supervisor/dist/master.js');

/** Our embedded master, driven as the extension drives it. */
export class Hsu {
  static title = 'hsu';
  #folder;
  #file;

  constructor(folder) {
    this.#folder = folder;
    this.#file = path.join(folder, 'workers.yaml');
    mkdirSync(path.join(folder, 'run'));
  }

  prepare(workers) {
    const items = workers.map(({ id, command: [executable_path, ...args], killMs, probe, backOff }) => ({
      id,
      type: 'process',
      execution: { executable_path, args, working_directory: this.#folder },
      restart: backOff ? 'always' : { policy: 'always', max_retries: 0, retry_delay: '0s' },
      graceful_timeout: `${killMs ?? 5000}ms`,
      ...(probe ? { health_check: { type: 'process', interval: '10s' } } : {}),
    }));
    writeFileSync(this.#file, JSON.stringify({ workers: items }));
  }

  /** A supervisor that is up and waits for orders, where it works so. */
  async warm() {
    const log = openSync(path.join(this.#folder, 'master.log'), 'a');
    const child = spawn(process.execPath, ['--max-semi-space-size=2', master, '--file', this.#file, '--grace', '600'], {
      env: { MALLOC_TRIM_THRESHOLD_: '131072', ...process.env, HSU_RUNTIME_DIR: path.join(this.#folder, 'run') },
      stdio: ['ignore', log, log, 'pipe'],
      detached: true,
    });
    this.root = child.pid;
    await once(child.stdio[3], 'data');
    const [key] = readdirSync(path.join(this.#folder, 'run'));
    this.logs = path.join(this.#folder, 'run', key, 'logs');
    const socket = createConnection(path.join(this.#folder, 'run', key, 'master.sock'));
    await once(socket, 'connect');
    this.connection = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket));
    this.connection.onClose(() => this.connection.dispose());
    this.connection.listen();
    await this.connection.sendRequest('hsu/hello', { protocol: 2, owner: true, name: 'bench' });
  }

  async start() {
    if (!this.connection) await this.warm();
    await this.connection.sendRequest('hsu/start', { ids: [] });
  }

  /** The master, and what it may have started that is no worker. */
  pids() {
    return [this.root, ...childrenOf(this.root).filter((pid) => !hasVariable(pid, 'HSU_WORKER_ID'))];
  }

  stopAll() {
    return this.connection.sendRequest('hsu/stop', { ids: [] });
  }

  stopOne(id) {
    return this.connection.sendRequest('hsu/stop', { ids: [id] });
  }

  /** A new supervisor after a kill -9 of the old one. */
  async again() {
    this.connection = undefined;
    await this.warm();
  }

  async end() {
    await this.connection?.sendRequest('hsu/shutdown').catch(() => undefined);
  }

  logFiles(id) {
    return readdirSync(this.logs)
      .filter((name) => name.startsWith(`${id}.`) && name.endsWith('.out'))
      .map((name) => path.join(this.logs, name));
  }
}
