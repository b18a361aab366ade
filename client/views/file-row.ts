import type { LinkState } from '../master/master-link.ts';
import { describeCounts } from '../../master/lifecycle/state-counts.ts';
import type { Summary } from './row-tally.ts';
import type { StateIcon } from './state-icon.ts';

/** All that a row shows of a workers file: its worst state and the counts. */
export interface FileRow {
  readonly label: string;
  readonly description: string;
  readonly icon: StateIcon;
  /** One sentence, where the master could not be started. */
  readonly problem?: string;
}

export function describeFileRow(label: string, state: LinkState, { counts, icon }: Summary): FileRow {
  switch (state.kind) {
    case 'connected':
      return {
        label,
        description: counts.total === 0 ? 'no workers' : describeCounts(counts),
        icon,
      };
    case 'connecting':
      return { label, description: 'master starting', icon: { icon: 'loading~spin' } };
    case 'restarting':
      return { label, description: 'master restarting', icon: { icon: 'loading~spin' } };
    case 'given-up':
      return {
        label,
        description: `no master: ${state.reason}`,
        icon: { icon: 'error', color: 'list.errorForeground' },
        problem: state.reason,
      };
  }
}

export function sameFileRow(a: FileRow, b: FileRow): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.icon.icon === b.icon.icon &&
    a.icon.color === b.icon.color &&
    a.problem === b.problem
  );
}
