import { StateTally, type StateCounts } from '../../master/lifecycle/state-counts.ts';
import { stateIcon, worstIcon, type StateIcon } from './state-icon.ts';

type Shown = Parameters<typeof stateIcon>[0];

/** What a row shows of the workers below it. */
export interface Summary {
  readonly counts: StateCounts;
  readonly icon: StateIcon;
}

/** The summary of workers of which each may change: a change costs as much as one worker, not as all. */
export class RowTally implements Summary {
  readonly #counts = new StateTally();
  readonly #icons = new Map<string, { readonly icon: StateIcon; count: number }>();

  constructor(workers: readonly Shown[] = []) {
    for (const worker of workers) this.#add(worker, 1);
  }

  get counts(): StateCounts {
    return this.#counts;
  }

  get icon(): StateIcon {
    return worstIcon([...this.#icons.values()].filter(({ count }) => count > 0).map(({ icon }) => icon));
  }

  change(before: Shown, after: Shown): void {
    this.#add(before, -1);
    this.#add(after, 1);
  }

  #add(worker: Shown, by: 1 | -1): void {
    this.#counts.add(worker, by);
    const icon = stateIcon(worker);
    const known = this.#icons.get(icon.icon);
    if (known) known.count += by;
    else this.#icons.set(icon.icon, { icon, count: by });
  }
}
