import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { eventsIn, isAlive } from './machine.mjs';

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
    for (const { pid } of eventsIn(this.events)) if (isAlive(pid, this.folder)) process.kill(pid, 'SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
