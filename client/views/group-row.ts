import { describeCounts } from '../../master/lifecycle/state-counts.ts';
import type { Summary } from './row-tally.ts';
import type { StateIcon } from './state-icon.ts';

/** All that a group's row shows: its worst state and the counts. */
export interface GroupRow {
  readonly label: string;
  readonly description: string;
  readonly icon: StateIcon;
}

export function groupRow(label: string, { counts, icon }: Summary): GroupRow {
  return { label, description: counts.total === 0 ? 'none' : describeCounts(counts), icon };
}

export function sameGroupRow(a: GroupRow, b: GroupRow): boolean {
  return a.description === b.description && a.icon.icon === b.icon.icon && a.icon.color === b.icon.color;
}
