import type { Health, ResourceSample } from '../../master/lifecycle/worker-snapshot.ts';

/** How far back the graphs look. Seconds. */
export const spanSeconds = 600;

/** Samples further apart than this have a gap between them: nobody measured, or it did not run. Seconds. */
const gapSeconds = 16;

/** One graph of the details: what is drawn, and the same in words and as a table. */
export interface Graph {
  readonly key: 'cpu' | 'memory' | 'loop' | 'health';
  readonly title: string;
  readonly unit: string;
  /** What a reader must know of the figures; empty where they are what they seem. */
  readonly note: string;
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly values: readonly (number | null)[];
  /** One sentence. */
  readonly summary: string;
  /** One row a minute, oldest first. */
  readonly rows: readonly { readonly time: string; readonly value: string }[];
}

/** From bad to good: a line that falls is bad news. */
export const healthLevels: readonly Health[] = ['unhealthy', 'degraded', 'healthy'];

export function graphsOf(samples: readonly ResourceSample[], isProcess: boolean): readonly Graph[] {
  const shared = samples.findLast(({ loop }) => loop !== null)?.loop?.shared_with ?? [];
  const neighbours = shared.length === 0 ? 'its module host' : `its module host, shared with ${shared.join(', ')}`;
  const hasCpu = samples.some(({ cpu_percent }) => cpu_percent !== null);
  const hasMemory = samples.some(({ memory_bytes }) => memory_bytes !== null);
  const hasLoop = samples.some(({ loop }) => loop?.delay_ms !== null && loop !== null);
  return [
    graph(samples, {
      key: 'cpu',
      title: 'Processor',
      unit: '%',
      note: hasCpu || isProcess ? '' : `Of the event loop of ${neighbours}.`,
      value: hasCpu ? ({ cpu_percent }) => cpu_percent : ({ loop }) => loop?.busy_percent ?? null,
      say: (value) => `${round(value)} %`,
    }),
    graph(samples, {
      key: 'memory',
      title: 'Memory',
      unit: 'MB',
      note: hasMemory
        ? isProcess
          ? ''
          : 'Of the heap of its thread.'
        : isProcess
          ? ''
          : `Of the heap of ${neighbours}.`,
      value: ({ memory_bytes, loop }) => {
        const bytes = hasMemory ? memory_bytes : (loop?.heap_bytes ?? null);
        return bytes === null ? null : bytes / 1_000_000;
      },
      say: (value) => `${round(value)} MB`,
    }),
    graph(samples, {
      key: 'loop',
      title: 'Event-loop delay',
      unit: 'ms',
      note: hasLoop ? '' : 'Only the event loops of modules can be seen from outside.',
      value: ({ loop }) => loop?.delay_ms ?? null,
      say: (value) => `${round(value)} ms`,
    }),
    graph(samples, {
      key: 'health',
      title: 'Health',
      unit: '',
      note: '',
      value: ({ health }) => (health === 'unknown' ? null : healthLevels.indexOf(health)),
      say: (value) => healthLevels[Math.round(value)] ?? 'unknown',
    }),
  ];
}

interface Recipe extends Pick<Graph, 'key' | 'title' | 'unit' | 'note'> {
  value(sample: ResourceSample): number | null;
  say(value: number): string;
}

function graph(samples: readonly ResourceSample[], { value, say, ...rest }: Recipe): Graph {
  const times: number[] = [];
  const values: (number | null)[] = [];
  for (const sample of samples) {
    const time = Date.parse(sample.at) / 1000;
    const before = times.at(-1);
    if (before !== undefined && time - before > gapSeconds) {
      times.push(before + 1);
      values.push(null);
    }
    times.push(time);
    values.push(value(sample));
  }
  const measured = samples.flatMap((sample) => {
    const one = value(sample);
    return one === null ? [] : [{ at: sample.at, one }];
  });
  return {
    ...rest,
    times,
    values,
    summary: summarise(rest, measured, say),
    rows: rest.key === 'health' ? byChange(measured, say) : byMinute(measured, say),
  };
}

interface Measured {
  readonly at: string;
  readonly one: number;
}

function summarise(
  { key, title, note }: Pick<Graph, 'key' | 'title' | 'note'>,
  measured: readonly Measured[],
  say: (value: number) => string,
): string {
  const latest = measured.at(-1);
  if (!latest) return `${title}: nothing was measured.${note === '' ? '' : ` ${note}`}`;
  const minutes = Math.max(1, Math.round((Date.parse(latest.at) - Date.parse(measured[0]?.at ?? latest.at)) / 60_000));
  const over = `in the last ${minutes === 1 ? 'minute' : `${minutes} minutes`}`;
  const figures = measured.map(({ one }) => one);
  if (key === 'health') {
    const worst = Math.min(...figures);
    return `${title}: ${say(latest.one)} now, at worst ${say(worst)} ${over}.`;
  }
  const mean = figures.reduce((sum, one) => sum + one, 0) / figures.length;
  return `${title}: ${say(latest.one)} now, ${say(mean)} on average and ${say(Math.max(...figures))} at most ${over}.${note === '' ? '' : ` ${note}`}`;
}

/** The most of each minute. */
function byMinute(measured: readonly Measured[], say: (value: number) => string): Graph['rows'] {
  const minutes = new Map<string, number>();
  for (const { at, one } of measured) {
    const minute = clock(at).slice(0, 5);
    minutes.set(minute, Math.max(minutes.get(minute) ?? 0, one));
  }
  return [...minutes].map(([time, value]) => ({ time, value: say(value) }));
}

function byChange(measured: readonly Measured[], say: (value: number) => string): Graph['rows'] {
  return measured
    .filter(({ one }, index) => one !== measured[index - 1]?.one)
    .map(({ at, one }) => ({ time: clock(at), value: say(one) }));
}

/** Local time of day. */
export function clock(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}

function round(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
