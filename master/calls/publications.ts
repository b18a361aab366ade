import { Publication, type PublicationParts } from './publication.ts';

/** What the workers of one place publish. */
export class Publications {
  readonly #all = new Map<string, Publication[]>();
  readonly #changed = new Set<() => void>();

  get size(): number {
    return this.#all.size;
  }

  onDidChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  /** While a worker is swapped its old run and its new one may both publish: the older one is called until it ends. */
  publish(parts: PublicationParts): Publication {
    const publication = new Publication(parts);
    const others = this.#all.get(publication.target) ?? [];
    this.#all.set(publication.target, [...others, publication]);
    this.#tell();
    return publication;
  }

  remove(publication: Publication): void {
    const others = (this.#all.get(publication.target) ?? []).filter((each) => each !== publication);
    if (others.length > 0) this.#all.set(publication.target, others);
    else this.#all.delete(publication.target);
    this.#tell();
  }

  /** The one that takes calls now. */
  readonly find = (target: string): Publication | undefined => this.#all.get(target)?.find(({ open }) => open);

  #tell(): void {
    for (const listener of this.#changed) listener();
  }
}
