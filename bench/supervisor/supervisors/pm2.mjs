import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pm2 } from '../peers.mjs';
import { command } from './command.mjs';

export class Pm2 {
  static title = 'pm2';
  static install = pm2;
  #folder;

  constructor(folder) {
    this.#folder = folder;
    mkdirSync(path.join(folder, 'logs'));
  }

  prepare(workers) {
    const apps = workers.map(({ id, command: words, killMs }) => {
      const isNode = words[0] === process.execPath;
      const [script, ...args] = isNode ? words.slice(1) : words;
      return {
        name: id,
        script,
        args,
        interpreter: isNode ? 'node' : 'none',
        exec_mode: 'fork',
        out_file: `${this.#folder}/logs/${id}.out`,
        error_file: `${this.#folder}/logs/${id}.err`,
        kill_timeout: killMs ?? 5000,
        vizion: false,
        cwd: this.#folder,
      };
    });
    writeFileSync(path.join(this.#folder, 'apps.json'), JSON.stringify({ apps }));
  }

  warm() {
    return this.#pm2('ping');
  }

  start() {
    return this.#pm2('start', 'apps.json');
  }

  again() {
    return this.start();
  }

  get root() {
    return Number(readFileSync(path.join(this.#folder, 'home/pm2.pid'), 'utf8'));
  }

  pids() {
    return [this.root];
  }

  stopAll() {
    return this.#pm2('stop', 'all');
  }

  stopOne(id) {
    return this.#pm2('stop', id);
  }

  end() {
    return this.#pm2('kill');
  }

  logFiles(id) {
    return [path.join(this.#folder, 'logs', `${id}.out`)];
  }

  #pm2(...words) {
    const env = { ...process.env, PM2_HOME: path.join(this.#folder, 'home'), PM2_DISCRETE_MODE: '1' };
    return command(
      process.execPath,
      [pm2(), ...words.map((word) => (word === 'apps.json' ? path.join(this.#folder, word) : word))],
      env,
    );
  }
}
