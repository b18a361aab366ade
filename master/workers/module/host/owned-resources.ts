/** Something a module began that would go on without it: a timer, a server, a socket, a child process. */
export interface OwnedResource {
  readonly kind: string;
  /** "on port 8081", "4711 (sleep 9)"; empty where nothing tells one from another. */
  readonly detail: string;
  /** Whether it would keep a process alive: only such a one is worth a sentence. */
  readonly holds: () => boolean;
  readonly close: () => void | Promise<void>;
}

/** What one run of a module owns now. */
export class OwnedResources {
  readonly #owned = new Map<object, OwnedResource>();

  add(handle: object, resource: OwnedResource): void {
    this.#owned.set(handle, resource);
  }

  delete(handle: object): void {
    this.#owned.delete(handle);
  }

  get size(): number {
    return this.#owned.size;
  }

  /** Closes everything, also what appears while closing; resolves to one sentence per kind and detail. */
  async closeAll(): Promise<readonly string[]> {
    const counts = new Map<string, number>();
    for (let round = 0; this.#owned.size > 0 && round < 10; round++) {
      const batch = [...this.#owned.values()];
      this.#owned.clear();
      for (const { kind, detail, holds } of batch) {
        if (!holds()) continue;
        const key = `${kind}\n${detail}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      await Promise.allSettled(batch.map(async ({ close }) => close()));
    }
    return [...counts].map(([key, count]) => sentence(key, count));
  }
}

function sentence(key: string, count: number): string {
  const [kind = '', detail = ''] = key.split('\n');
  const what = count === 1 ? `1 ${kind}` : `${count} ${kind}${kind.endsWith('s') ? 'es' : 's'}`;
  const which = detail === '' ? what : `${what} ${detail}`;
  return `${which} ${count === 1 ? 'was' : 'were'} left and ${count === 1 ? 'has' : 'have'} been closed.`;
}
