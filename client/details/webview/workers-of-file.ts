import type { DetailsModel, RelatedWorker } from '../details-model.ts';

/** Every worker of the file as the page was told of it last, in the order of the file. */
export class WorkersOfFile {
  readonly #known = new Map<string, RelatedWorker>();

  /** Takes over what is told, and gives all. */
  take({
    model,
    onlyChanged,
  }: {
    readonly model: Pick<DetailsModel, 'workers'>;
    readonly onlyChanged: boolean;
  }): readonly RelatedWorker[] {
    if (!onlyChanged) this.#known.clear();
    for (const worker of model.workers) this.#known.set(worker.id, worker);
    return [...this.#known.values()];
  }
}
