import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventsIn, isAlive, processesIn } from './machine.mjs';

/** A private folder for one supervisor and one test; whatever either leaves is ended with it. */
export class Stage {
  folder = mkdtempSync(path.join(tmpdir(), 'supervisors-'));
  events = path.join(this.folder, 'events');
  #Supervisor;
  #binary;
  #supervisor;

  constructor(Supervisor, binary) {
    this.#Supervisor = Supervisor;
    this.#binary = binary;
  }

  /** The command of the compiled worker in one of its modes. */
  worker(mode, id, ...more) {
    return [this.#binary, mode, id, this.events, ...more];
  }

  supervise(workers) {
    const folder = path.join(this.folder, 'own');
    mkdirSync(folder);
    this.#supervisor = new this.#Supervisor(folder);
    this.#supervisor.prepare(workers);
    return this.#supervisor;
  }

  async dispose() {
    try {
      await this.#supervisor?.end();
    } catch (error) {
      console.error(`${this.#Supervisor.title} did not end: ${error.message}`);
    }
    await wait(100);
    const left = eventsIn(this.events).filter(({ pid }) => isAlive(pid, this.folder));
    for (const pid of new Set([...processesIn(this.folder), ...left.map((event) => event.pid)])) end(pid);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}
