import type { Problem } from '../problem.ts';
import type { ItemReading } from '../read-item.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDuplicateIds } from './duplicate-ids.ts';
import { checkPorts } from './ports.ts';

/** An item's reading and where its text begins in the file. */
export interface PlacedReading {
  readonly reading: ItemReading;
  readonly start: number;
}

/** Every rule about workers together. */
export function fileProblems(items: readonly PlacedReading[], masterPort: number | undefined): readonly Problem[] {
  return [...checkDuplicateIds(items), ...checkDependencies(items), ...checkPorts(items, masterPort)];
}
