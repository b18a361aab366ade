import type { FileIndex } from '../file-index.ts';
import type { Problem } from '../problem.ts';
import type { ItemReading, Mention } from '../read-item.ts';
import type { Steps } from '../steps.ts';
import { checkDependencies } from './dependencies.ts';
import { checkDuplicateIds } from './duplicate-ids.ts';
import { checkPorts } from './ports.ts';

/** An item's reading and where its text begins in the file. */
export interface PlacedReading {
  readonly reading: ItemReading;
  readonly start: number;
}

/** The items that a rule is about, in the order of the file. */
export type Place = (wanted: (reading: ItemReading) => boolean) => Steps<readonly PlacedReading[]>;

/** Every rule about workers together. The index says which of them has anything to look at. */
export function* fileProblems(
  index: FileIndex,
  place: Place,
  master: Mention<number> | undefined,
): Steps<readonly Problem[]> {
  return [
    ...(yield* checkDuplicateIds(index, place)),
    ...(yield* checkDependencies(index, place)),
    ...(yield* checkPorts(index, place, master)),
  ];
}
