import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { Emitter } from './emitter.ts';
import type { Connect } from './master-connection.ts';
import { MasterLink, type WorkerChange } from './master-link.ts';

/** A worker, wherever it is named: by command arguments, rows or log channels. `file` is the workers file's path. */
export interface WorkerRef {
  readonly file: string;
  readonly id: string;
}

/** What has changed at one link: some of its workers, or where that is undefined, anything. */
export interface MasterChange {
  readonly link: MasterLink;
  readonly workers: readonly WorkerChange[] | undefined;
}

/** One link for each workers file. */
export class Masters {
  readonly #connect: Connect;
  readonly #links = new Map<string, MasterLink>();
  readonly #changed = new Emitter<MasterChange>();
  readonly #added = new Emitter<MasterLink>();
  readonly #removed = new Emitter<string>();
  readonly onDidChange = this.#changed.event;
  readonly onDidAdd = this.#added.event;
  /** The file whose link is gone. */
  readonly onDidRemove = this.#removed.event;

  constructor(connect: Connect) {
    this.#connect = connect;
  }

  get links(): readonly MasterLink[] {
    return [...this.#links.values()];
  }

  link(file: string): MasterLink | undefined {
    return this.#links.get(file);
  }

  worker({ file, id }: WorkerRef): WorkerSnapshot | undefined {
    return this.#links.get(file)?.worker(id);
  }

  /** Every worker of every file. */
  workers(): { readonly ref: WorkerRef; readonly worker: WorkerSnapshot }[] {
    return this.links.flatMap(({ file, workers }) =>
      workers.map((worker) => ({ ref: { file, id: worker.id }, worker })),
    );
  }

  add(file: string): MasterLink {
    const known = this.#links.get(file);
    if (known) return known;
    const link = new MasterLink(file, this.#connect);
    this.#links.set(file, link);
    link.onDidChange((workers) => {
      this.#changed.fire({ link, workers });
    });
    this.#added.fire(link);
    return link;
  }

  remove(file: string): void {
    const link = this.#links.get(file);
    if (!link) return;
    this.#links.delete(file);
    link.dispose();
    this.#removed.fire(file);
  }

  dispose(): void {
    for (const file of [...this.#links.keys()]) this.remove(file);
    for (const emitter of [this.#changed, this.#added, this.#removed]) emitter.dispose();
  }
}
