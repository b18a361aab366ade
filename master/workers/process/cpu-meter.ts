import { identityOf } from './process-tree.ts';
import type { ProcessEntry } from './table/process-table.ts';

/** Percent of one core that a tree used since it was last asked; null at the first time. */
export class CpuMeter {
  #before = new Map<string, number>();
  #at = 0;
  #totalMs = 0;

  /** What it has seen used so far, in milliseconds, also by members that are gone. */
  get totalMs(): number {
    return this.#totalMs;
  }

  percent(members: readonly ProcessEntry[], now = performance.now()): number | null {
    let usedMs = 0;
    const current = new Map<string, number>();
    for (const member of members) {
      current.set(identityOf(member), member.cpuMs);
      // All of what a new member used was used since.
      usedMs += member.cpuMs - (this.#before.get(identityOf(member)) ?? 0);
    }
    this.#totalMs += Math.max(0, usedMs);
    const elapsedMs = now - this.#at;
    const isFirst = this.#at === 0;
    this.#before = current;
    this.#at = now;
    return isFirst || elapsedMs <= 0 ? null : Math.round((usedMs * 1000) / elapsedMs) / 10;
  }
}
