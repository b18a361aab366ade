import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client, ConnectOptions } from '../../master/calls/contract.ts';
import { ProcessPlace } from '../../master/calls/process-place.ts';
import { WorkerCalls } from '../../master/calls/worker-calls.ts';
import type { WorkerState } from '../../master/lifecycle/worker-state.ts';
import type { Master } from '../../master/master.ts';
import { openMaster, type OpenMaster } from '../../master/open-master.ts';
import { lookForMastersIn } from './runtime-folder.ts';

/** Where a module may run. */
export const places = ['shared', 'thread', 'process'] as const;

const fixtures = path.join(ROOT_FOLDER, 'test/fixtures/calls');

/** A master in this process with a provider and a caller in every place, and a client that calls them from outside. */
export class CallsStage {
  readonly master: Master;
  readonly client: { connect<C extends object>(worker: string, options?: ConnectOptions): Client<C> };
  readonly #opened: OpenMaster;
  readonly #outside: ProcessPlace;
  readonly #folder: string;

  private constructor(opened: OpenMaster, folder: string) {
    this.#opened = opened;
    this.#folder = folder;
    this.master = opened.master;
    this.#outside = new ProcessPlace({ folder: opened.places.folder });
    const calls = new WorkerCalls({
      worker: 'test',
      place: this.#outside.place,
      enter: (work, ...given) => work(...given),
      setEndpoint: () => undefined,
    });
    this.client = calls;
  }

  static async open(more = ''): Promise<CallsStage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'hsu-calls-'));
    const file = path.join(folder, 'workers.yaml');
    const workers = ['provider', 'caller'].flatMap((role) => places.map((place) => workerIn(place, role)));
    writeFileSync(file, `workers:\n${workers.join('')}${more}`);
    const leave = lookForMastersIn(path.join(folder, 'run'));
    try {
      const opened = await openMaster({ file });
      await opened.ready;
      const outcomes = await opened.master.start([]);
      const failed = outcomes.find(({ ok }) => !ok);
      if (failed) throw new Error(failed.message);
      return new CallsStage(opened, folder);
    } finally {
      leave();
    }
  }

  /** Resolves when the master sees the worker in this state. */
  until(id: string, state: WorkerState): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.master.controller(id).state !== state) return;
        stop();
        resolve();
      };
      const stop = this.master.onDidChange(look);
      look();
    });
  }

  get masterFolder(): string {
    return this.#opened.places.folder;
  }

  async close(): Promise<void> {
    this.#outside.close();
    await this.#opened.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function workerIn(place: (typeof places)[number], role: string): string {
  return [
    `  - id: ${role}-${place}`,
    `    type: ${place === 'process' ? 'process' : 'module'}`,
    '    restart: never',
    '    module:',
    `      module_path: ${path.join(fixtures, `${role}.mjs`)}`,
    '      entry_point: create',
    ...(place === 'process' ? [] : [`      isolation: ${place}`]),
    '',
  ].join('\n');
}
