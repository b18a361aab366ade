import type { Health, LoopLoad, ResourceSample, Resources } from './lifecycle/worker-snapshot.ts';

/** What one look at a worker gave. */
export interface Measurement {
  readonly resources: Resources | null;
  readonly loop: LoopLoad | null;
  readonly health: Health;
}

/** One sample stands for this time. Milliseconds. */
export const slotMs = 5_000;

/** As long as anybody looks back. Milliseconds. */
const keptMs = 10 * 60_000;

interface Slot {
  readonly number: number;
  /** When it was last measured. */
  readonly at: number;
  readonly measurement: Measurement;
  readonly cpu: { readonly sum: number; readonly count: number };
}

/** The last ten minutes of each worker: whoever measures fills them, nothing is measured for their sake. */
export class Histories {
  readonly #slots = new Map<string, Slot[]>();

  add(id: string, measurement: Measurement, now: number): void {
    const slots = this.#slots.get(id) ?? [];
    this.#slots.set(id, slots);
    const number = Math.floor(now / slotMs);
    const latest = slots.at(-1);
    const cpu = measurement.resources?.cpu_percent ?? null;
    const known = latest?.number === number ? latest : undefined;
    const slot: Slot = {
      number,
      at: now,
      measurement: known ? merge(known.measurement, measurement) : measurement,
      cpu: { sum: (known?.cpu.sum ?? 0) + (cpu ?? 0), count: (known?.cpu.count ?? 0) + (cpu === null ? 0 : 1) },
    };
    if (known) slots[slots.length - 1] = slot;
    else slots.push(slot);
    // Those that are still to come are from before the clock was set back.
    while (slots[0] && (slots[0].at < now - keptMs || slots[0].at > now)) slots.shift();
  }

  /** Whether the slot of this moment has been measured. */
  isFresh(id: string, now: number): boolean {
    const at = this.#slots.get(id)?.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    return at > now - slotMs && at <= now;
  }

  /** Oldest first. */
  of(id: string): readonly ResourceSample[] {
    return (this.#slots.get(id) ?? []).map(({ at, cpu, measurement: { resources, loop, health } }) => ({
      at: new Date(at).toISOString(),
      cpu_percent: cpu.count === 0 ? null : Math.round((cpu.sum / cpu.count) * 10) / 10,
      memory_bytes: resources?.rss_bytes ?? resources?.heap_bytes ?? null,
      loop,
      health,
    }));
  }

  /** A worker that is gone is forgotten. */
  keep(ids: ReadonlySet<string>): void {
    for (const id of this.#slots.keys()) if (!ids.has(id)) this.#slots.delete(id);
  }
}

const worse: readonly Health[] = ['unknown', 'healthy', 'degraded', 'unhealthy'];

/** A short peak is what one looks for: it must not vanish in a mean. */
function merge(a: Measurement, b: Measurement): Measurement {
  return {
    resources: b.resources && {
      cpu_percent: b.resources.cpu_percent,
      rss_bytes: most(a.resources?.rss_bytes, b.resources.rss_bytes),
      heap_bytes: most(a.resources?.heap_bytes, b.resources.heap_bytes),
    },
    loop: b.loop && {
      delay_ms: most(a.loop?.delay_ms, b.loop.delay_ms),
      busy_percent: most(a.loop?.busy_percent, b.loop.busy_percent),
      heap_bytes: most(a.loop?.heap_bytes, b.loop.heap_bytes),
      shared_with: b.loop.shared_with,
    },
    health: worse.indexOf(a.health) > worse.indexOf(b.health) ? a.health : b.health,
  };
}

function most(a: number | null | undefined, b: number | null): number | null {
  return a === null || a === undefined ? b : b === null ? a : Math.max(a, b);
}
