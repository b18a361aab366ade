import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isRunning, until } from '../machine.mjs';
import { debianEnvironment, fromDebian } from '../peers.mjs';
import { command } from './command.mjs';

export class Supervisord {
  static title = 'supervisord';
  static install = () => fromDebian('supervisord', 'supervisord');
  #folder;
  #file;

  constructor(folder) {
    this.#folder = folder;
    this.#file = path.join(folder, 'supervisord.conf');
    mkdirSync(path.join(folder, 'logs'));
  }

  prepare(workers) {
    const folder = this.#folder;
    const head = [
      '[supervisord]',
      `logfile=${folder}/supervisord.log`,
      `pidfile=${folder}/supervisord.pid`,
      'nodaemon=true',
      '[unix_http_server]',
      `file=${folder}/socket`,
      '[rpcinterface:supervisor]',
      'supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface',
      '[supervisorctl]',
      `serverurl=unix://${folder}/socket`,
    ];
    const programs = workers.flatMap(({ id, command: words, killMs, backOff }) => [
      `[program:${id}]`,
      `command=${words.join(' ')}`,
      'autorestart=true',
      ...(backOff ? [] : ['startsecs=0']),
      `stopwaitsecs=${Math.ceil((killMs ?? 5000) / 1000)}`,
      `stdout_logfile=${folder}/logs/${id}.out`,
      `stderr_logfile=${folder}/logs/${id}.err`,
      'stdout_logfile_maxbytes=0',
      // As kind as it can be told to be.
      'stopasgroup=true',
      'killasgroup=true',
    ]);
    writeFileSync(this.#file, `${[...head, ...programs].join('\n')}\n`);
  }

  async start() {
    const args = [fromDebian('supervisord', 'supervisord'), '-n', '-c', this.#file];
    this.root = spawn('python3', args, { env: debianEnvironment(), stdio: 'ignore', detached: true }).pid;
  }

  again() {
    return this.start();
  }

  pids() {
    return [this.root];
  }

  stopAll() {
    return this.#control('stop', 'all');
  }

  stopOne(id) {
    return this.#control('stop', id);
  }

  async end() {
    if (isRunning(this.root)) process.kill(this.root, 'SIGTERM');
    await until(() => !isRunning(this.root), 'the end of supervisord', 30_000);
  }

  logFiles(id) {
    return [path.join(this.#folder, 'logs', `${id}.out`)];
  }

  #control(...words) {
    const args = [fromDebian('supervisord', 'supervisorctl'), '-c', this.#file, ...words];
    return command('python3', args, debianEnvironment());
  }
}
