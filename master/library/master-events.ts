import type { WorkerSnapshot } from '../lifecycle/worker-snapshot.ts';

export type MasterEvent =
  { readonly kind: 'changed'; readonly worker: WorkerSnapshot } | { readonly kind: 'removed'; readonly id: string };

/** What changes are told of: `onDidChange` returns the way to end it. */
export interface Observable {
  snapshots(): readonly WorkerSnapshot[];
  onDidChange(listener: () => void): () => void;
}

/** Begins with every worker as it is; then each that changes, in its newest state, until the master has closed. */
export async function* eventsOf(
  master: Observable,
  closed: Promise<unknown>,
): AsyncGenerator<MasterEvent, void, undefined> {
  const told = new Map<string, string>();
  let wake: () => void = () => undefined;
  let over = false;
  void closed.then(() => {
    over = true;
    wake();
  });
  const unsubscribe = master.onDidChange(() => {
    wake();
  });
  try {
    for (;;) {
      const woken = new Promise<void>((resolve) => (wake = resolve));
      const events = changes(master.snapshots(), told);
      yield* events;
      if (events.length === 0) {
        if (over) return;
        await woken;
      }
    }
  } finally {
    unsubscribe();
  }
}

/** What has changed since the last look, which `told` remembers. */
function changes(workers: readonly WorkerSnapshot[], told: Map<string, string>): readonly MasterEvent[] {
  const present = new Set(workers.map(({ id }) => id));
  const removed = [...told.keys()].filter((id) => !present.has(id));
  for (const id of removed) told.delete(id);
  const changed = workers.filter((worker) => {
    const text = JSON.stringify(worker);
    if (told.get(worker.id) === text) return false;
    told.set(worker.id, text);
    return true;
  });
  return [
    ...removed.map((id): MasterEvent => ({ kind: 'removed', id })),
    ...changed.map((worker): MasterEvent => ({ kind: 'changed', worker })),
  ];
}
