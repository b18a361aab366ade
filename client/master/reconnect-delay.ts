const delaysMs = [0, 250, 1_000, 3_000, 10_000] as const;

/** A master that lived this long was not at fault: counting starts anew. */
export const provenAfterMs = 60_000;

/** How long to wait before the master is started again after `losses` in a row; undefined means: give up. */
export function reconnectDelay(losses: number): number | undefined {
  return delaysMs[losses - 1];
}
