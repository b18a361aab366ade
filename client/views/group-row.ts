import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { countStates, describeCounts } from '../../master/lifecycle/state-counts.ts';
import { worstIcon, type StateIcon } from './state-icon.ts';

/** All that a group's row shows: its worst state and the counts. */
export interface GroupRow {
  readonly label: string;
  readonly description: string;
  readonly icon: StateIcon;
}

export function groupRow(label: string, workers: readonly WorkerSnapshot[]): GroupRow {
  return {
    label,
    description: workers.length === 0 ? 'none' : describeCounts(countStates(workers)),
    icon: worstIcon(workers),
  };
}

export function sameGroupRow(a: GroupRow, b: GroupRow): boolean {
  return a.description === b.description && a.icon.icon === b.icon.icon && a.icon.color === b.icon.color;
}
