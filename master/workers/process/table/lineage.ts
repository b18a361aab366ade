import { parseStat, type MachineUnits } from './proc-format.ts';
import type { ProcReader } from './proc-reader.ts';
import type { Relative } from './process-table.ts';

/** A process this old has become what it is going to be: it forked and executed long ago. Milliseconds. */
const settledAfterMs = 1000;

interface Known extends Relative {
  readonly isSettled: boolean;
  readonly isMarked: boolean;
}

interface Counters {
  /** The id that was given last. */
  readonly lastPid: number;
  /** Processes and threads made since boot. */
  readonly forks: number;
  readonly mostPids: number;
}

/**
 * Who descends from whom on Linux, kept from one look to the next. What ties a process to a tree (its parent, session,
 * group, and the marks in its environment) it has from its birth and can only lose afterwards, so it is read once, and a
 * look costs what is new since the last one instead of all there is: about 0.1 ms instead of 20 µs for each process.
 */
export class Lineage {
  readonly #proc: ProcReader;
  readonly #units: MachineUnits;
  #known = new Map<number, Known>();
  #mostPids: number | undefined;
  #counters: Counters = { lastPid: 0, forks: 0, mostPids: 0 };

  constructor(proc: ProcReader, units: MachineUnits) {
    this.#proc = proc;
    this.#units = units;
  }

  /** Every process there is now, also one that is over and not yet collected. */
  look(): readonly Relative[] {
    const before = this.#counters;
    const pids = this.#proc.pids();
    // After the ids and before anything is read by them: an id that is given anew from here on is in doubt next time.
    this.#counters = this.#count();
    const isSame = sameBetween(before, this.#counters);
    const youngest = this.#uptimeMs() - settledAfterMs;
    const now = new Map<number, Known>();
    for (const pid of pids) {
      const known = isSame(pid) ? this.#known.get(pid) : undefined;
      const entry = known?.isSettled ? known : this.#read(pid, youngest, known);
      if (entry) now.set(pid, entry);
    }
    this.#known = now;
    return [...now.values()];
  }

  /** A member once is a member for ever: what is read anew is only added to what was known before. */
  #read(pid: number, youngest: number, before: Known | undefined): Known | undefined {
    const stat = parseStat(this.#proc.text(`${pid}/stat`) ?? '');
    if (!stat) return undefined;
    const isSettled = (stat.start * 1000) / this.#units.ticksPerSecond <= youngest;
    const start = String(stat.start);
    if (before?.start === start && before.isMarked) return { ...before, isSettled };
    const marks = marksIn(this.#proc.text(`${pid}/environ`) ?? '');
    const { parent, group, session } = before?.start === start ? before : stat;
    return {
      pid,
      parent,
      group,
      session,
      start,
      startOrder: stat.start,
      isSettled,
      isMarked: marks.size > 0,
      carries: (markers) => markers.every((marker) => marks.has(marker)),
    };
  }

  #count(): Counters {
    return {
      lastPid: Number(this.#readRoot('loadavg').trim().split(' ').at(-1)),
      forks: Number(/^processes (\d+)$/m.exec(this.#readRoot('stat'))?.[1]),
      // Hardly ever changed, and only ever raised: the less is the safer.
      mostPids: (this.#mostPids ??= Number(this.#readRoot('sys/kernel/pid_max'))),
    };
  }

  #uptimeMs(): number {
    return Number(this.#readRoot('uptime').split(' ')[0]) * 1000;
  }

  #readRoot(name: string): string {
    return this.#proc.text(name) ?? '';
  }
}

/**
 * Tells which ids cannot have been given to another process between two counts. The kernel gives ids in order and begins
 * again at the end, so an id is in doubt when it lies between the last ones given; all are, when so many processes were
 * made meanwhile that it may have come around.
 */
function sameBetween(before: Counters, after: Counters): (pid: number) => boolean {
  const made = after.forks - before.forks;
  const isCounted = before.lastPid > 0 && after.lastPid > 0 && made >= 0 && made < after.mostPids / 2;
  if (!isCounted) return () => false;
  if (after.lastPid >= before.lastPid) return (pid) => pid <= before.lastPid || pid > after.lastPid;
  return (pid) => pid <= before.lastPid && pid > after.lastPid;
}

const none: ReadonlySet<string> = new Set();

/** The `HSU_…=value` pairs of an environment, which is all that is asked about. */
function marksIn(environment: string): ReadonlySet<string> {
  if (!environment.includes('HSU_')) return none;
  return new Set(environment.split('\0').filter((pair) => pair.startsWith('HSU_')));
}
