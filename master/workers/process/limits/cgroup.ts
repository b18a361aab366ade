import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findController, type Controller, type ControllerName } from './controllers.ts';

/** What the kernel holds a cgroup to. */
export interface KernelLimits {
  /** Beyond it the kernel ends processes of the group. */
  readonly memoryBytes?: number;
  /** Beyond it the kernel slows the group down and takes memory back; version 2 only. */
  readonly memoryHighBytes?: number;
  readonly swapBytes?: number;
  /** Percent of one core. */
  readonly cpuPercent?: number;
  /** In the scale of version 1, where 1024 is usual. */
  readonly cpuShares?: number;
  /** From and to each disk, a second. */
  readonly readBps?: number;
  readonly writeBps?: number;
  readonly readOps?: number;
  readonly writeOps?: number;
  /** From 1 to 10,000; 100 is usual. */
  readonly ioWeight?: number;
}

/** One limit: in force by this version, or why not, as the end of a sentence. */
export type Held = { readonly by: Controller['version'] | 'rlimit' } | { readonly why: string };

/** The cgroup of one worker, in as many hierarchies as its limits need. */
export interface Cgroup {
  readonly held: ReadonlyMap<keyof KernelLimits, Held>;
  /** Puts a process into it; what that starts from now on is in it, too. */
  add(pid: number): void;
  /** How many of its processes the kernel has ended for want of memory. */
  memoryKills(): number;
  /** Removes it; one that still has processes stays, and is used again. */
  remove(): void;
}

/** Makes the cgroup, or takes the one of this name that is there. */
export function openCgroup(name: string, limits: KernelLimits, root?: string): Cgroup {
  const folders = new Map<ControllerName, Controller | string>();
  const controller = (wanted: ControllerName): Controller | string => {
    const known = folders.get(wanted);
    if (known !== undefined) return known;
    const made = makeFolder(wanted, name, root);
    folders.set(wanted, made);
    return made;
  };
  const held = new Map<keyof KernelLimits, Held>();
  for (const [limit, value] of Object.entries(limits) as [keyof KernelLimits, number][]) {
    const place = controller(controllerOf(limit));
    held.set(limit, typeof place === 'string' ? { why: place } : write(place, limit, value, { all: limits, root }));
  }
  const made = [...folders.values()].filter((place): place is Controller => typeof place !== 'string');
  const memory = folders.get('memory');
  const kills = () => (typeof memory === 'object' ? killsOf(memory) : 0);
  const before = kills();
  return {
    held,
    add(pid) {
      for (const { folder } of made) tryWrite(path.join(folder, 'cgroup.procs'), String(pid));
    },
    memoryKills: () => kills() - before,
    remove() {
      for (const { folder } of made) removeFolder(folder);
    },
  };
}

/** Removes the cgroups whose names begin so and that have no processes: a master that was killed left them. */
export function sweepCgroups(prefix: string, root?: string): void {
  for (const name of ['memory', 'cpu', 'io'] as const) {
    const place = findController(name, root);
    if (typeof place === 'string') continue;
    try {
      for (const one of readdirSync(place.folder)) {
        if (one.startsWith(prefix)) removeFolder(path.join(place.folder, one));
      }
    } catch {
      // Not ours to look into, so there is nothing of ours in it.
    }
  }
}

function controllerOf(limit: keyof KernelLimits): ControllerName {
  if (limit.startsWith('cpu')) return 'cpu';
  return limit.startsWith('memory') || limit === 'swapBytes' ? 'memory' : 'io';
}

function makeFolder(name: ControllerName, group: string, root?: string): Controller | string {
  const place = findController(name, root);
  if (typeof place === 'string') return place;
  const folder = path.join(place.folder, group);
  try {
    if (place.version === 'cgroup v2') enable(place.folder, name);
    mkdirSync(folder, { recursive: true });
    return { ...place, folder };
  } catch (error) {
    return `this user may make no ${place.version} below ${place.folder} (${codeOf(error)})`;
  }
}

function enable(parent: string, name: ControllerName): void {
  const file = path.join(parent, 'cgroup.subtree_control');
  if (!readFileSync(file, 'utf8').split(/\s+/).includes(name)) writeFileSync(file, `+${name}`);
}

const periodUs = 100_000;

interface WriteContext {
  readonly all: KernelLimits;
  readonly root: string | undefined;
}

type Writes = (value: number, context: WriteContext) => readonly (readonly [file: string, text: string])[];

/** A line for each disk. */
function forDisks(file: string, line: (disk: string, value: number) => string): Writes {
  return (value, { root }) => disksOf(root).map((disk) => [file, line(disk, value)]);
}

const older = (disk: string, value: number) => `${disk} ${value}`;

/** What is written where, or why nothing can be; the first file must take it, the others only help it. */
const files: Readonly<Record<Controller['version'], Readonly<Record<keyof KernelLimits, Writes | string>>>> = {
  'cgroup v2': {
    memoryBytes: (value) => [
      ['memory.max', String(value)],
      ['memory.oom.group', '1'],
    ],
    memoryHighBytes: (value) => [['memory.high', String(value)]],
    swapBytes: (value) => [['memory.swap.max', String(value)]],
    cpuPercent: (value) => [['cpu.max', `${quota(value)} ${periodUs}`]],
    cpuShares: (value) => [['cpu.weight', String(Math.round(1 + ((Math.max(2, value) - 2) * 9999) / 262_142))]],
    readBps: forDisks('io.max', (disk, value) => `${disk} rbps=${value}`),
    writeBps: forDisks('io.max', (disk, value) => `${disk} wbps=${value}`),
    readOps: forDisks('io.max', (disk, value) => `${disk} riops=${value}`),
    writeOps: forDisks('io.max', (disk, value) => `${disk} wiops=${value}`),
    ioWeight: (value) => [['io.weight', `default ${value}`]],
  },
  'cgroup v1': {
    memoryBytes: (value) => [['memory.limit_in_bytes', String(value)]],
    memoryHighBytes: 'cgroup v1 cannot slow a worker down for its memory',
    swapBytes: (value, { all: { memoryBytes = 0 } }) => [['memory.memsw.limit_in_bytes', String(memoryBytes + value)]],
    cpuPercent: (value) => [
      ['cpu.cfs_quota_us', String(quota(value))],
      ['cpu.cfs_period_us', String(periodUs)],
    ],
    cpuShares: (value) => [['cpu.shares', String(Math.round(value))]],
    readBps: forDisks('blkio.throttle.read_bps_device', older),
    writeBps: forDisks('blkio.throttle.write_bps_device', older),
    readOps: forDisks('blkio.throttle.read_iops_device', older),
    writeOps: forDisks('blkio.throttle.write_iops_device', older),
    ioWeight: (value) => [['blkio.bfq.weight', String(Math.min(1000, value))]],
  },
};

/** A quota below a millisecond is refused. */
function quota(percent: number): number {
  return Math.max(1000, Math.round((percent / 100) * periodUs));
}

/** Whole disks, as MAJOR:MINOR; those that only stand for memory or a file are none. */
function disksOf(root = '/'): readonly string[] {
  const folder = path.join(root, 'sys/block');
  try {
    const names = readdirSync(folder).filter((name) => !/^(?:loop|ram|zram)\d/.test(name));
    return names.map((name) => readFileSync(path.join(folder, name, 'dev'), 'utf8').trim());
  } catch {
    return [];
  }
}

function write({ version, folder }: Controller, limit: keyof KernelLimits, value: number, context: WriteContext): Held {
  const writes = files[version][limit];
  if (typeof writes === 'string') return { why: writes };
  const [first, ...others] = writes(value, context);
  if (!first) return { why: 'no disk is to be seen' };
  const fault = tryWrite(path.join(folder, first[0]), first[1]);
  if (fault !== undefined) return { why: `${first[0]} of ${version} took no ${first[1]} (${fault})` };
  for (const [file, text] of others) tryWrite(path.join(folder, file), text);
  return { by: version };
}

function tryWrite(file: string, text: string): string | undefined {
  try {
    writeFileSync(file, text);
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function killsOf({ version, folder }: Controller): number {
  const file = version === 'cgroup v2' ? 'memory.events' : 'memory.oom_control';
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync(path.join(folder, file), 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It still has processes, or was never made.
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
