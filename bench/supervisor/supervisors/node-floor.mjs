import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** The least a supervisor in Node can do: `floor.mjs` spawns, spawns again what ended, and signals. No product. */
export class NodeFloor {
  static title = 'Node floor';
  megabytes = 0;
  #folder;

  constructor(folder) {
    this.#folder = folder;
  }

  prepare(workers) {
    this.workers = workers;
  }

  async warm() {
    this.child = fork(path.join(import.meta.dirname, 'floor.mjs'), [this.#folder, String(this.megabytes)], {
      stdio: 'ignore',
    });
    await once(this.child, 'message');
  }

  start() {
    return this.#ask({ start: this.workers });
  }

  get root() {
    return this.child.pid;
  }

  pids() {
    return [this.root];
  }

  stopAll() {
    return this.#ask({ stop: true });
  }

  stopOne() {
    return this.stopAll();
  }

  end() {
    this.child.kill('SIGKILL');
  }

  logFiles(id) {
    return [path.join(this.#folder, `${id}.out`)];
  }

  async #ask(message) {
    this.child.send(message);
    await once(this.child, 'message');
  }
}

/** The same with about the memory of our master: Linux copies the page tables of whoever spawns. */
export class HeavyNodeFloor extends NodeFloor {
  static title = 'Node floor + 20 MB';
  megabytes = 20;
}
