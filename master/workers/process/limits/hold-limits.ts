import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import type { LimitsConfig } from '../../../config/worker-config.ts';
import type { LimitInForce } from '../../../lifecycle/worker-snapshot.ts';
import { openCgroup, type Cgroup, type Held, type KernelLimits } from './cgroup.ts';
import { loadPart } from '../../../load-part.ts';

/** What keeps one run to its limits, beside the master's own looks. */
export interface LimitHold {
  readonly inForce: readonly LimitInForce[];
  /** Also held: a process that belongs to the run already. */
  add(pid: number): void;
  memoryKills(): number;
  /** Slows the processes down as far as can be; tells how, as the end of a sentence. */
  throttle(pids: readonly number[]): string;
  release(): void;
}

export interface HoldOptions {
  /** Of the cgroup. */
  readonly name: string;
  readonly pid: number;
  readonly limits: LimitsConfig;
  /** Called when what is in force has become known. */
  readonly changed: () => void;
  /** Where the system's files are found. */
  readonly root?: string;
}

/** The names of the cgroups of a master's workers begin so. */
export function cgroupPrefix(masterKey: string): string {
  return `hsu-${masterKey}-`;
}

/** Hands to the kernel whatever it can hold as the policies mean it; all else is watched. */
export function holdLimits({ name, pid, limits, changed, root }: HoldOptions): LimitHold {
  const kernel = kernelLimits(limits);
  const isGrouped = Object.keys(kernel).length > 0 && process.platform === 'linux';
  const group = isGrouped ? openCgroup(name, kernel, root) : undefined;
  group?.add(pid);
  const priority = limits.priority === undefined ? undefined : lower(pid, limits.priority);
  let files: Held = { why: 'its policy is not "throttle"' };
  if (limits.maxFileDescriptors !== undefined && limits.processPolicy === 'throttle') {
    files = { why: 'the program prlimit is asked' };
    void limitFiles(pid, limits.maxFileDescriptors).then((held) => {
      files = held;
      changed();
    });
  }
  return {
    get inForce() {
      return limitsInForce(limits, group, files, priority);
    },
    add: (other) => group?.add(other),
    memoryKills: () => group?.memoryKills() ?? 0,
    throttle(pids) {
      const held = group?.held.get('cpuPercent');
      if (held && 'by' in held) return `the kernel slows it down by ${held.by}`;
      for (const one of pids) lower(one, lowestPriority);
      return `its priority is the lowest now, for it cannot be slowed down otherwise: ${held ? held.why : noGroup}`;
    },
    release: () => group?.remove(),
  };
}

const noGroup = 'there is no cgroup for it';
const lowestPriority = 19;

/** The kernel acts at once, so it is asked only where the policy wants an act and grants no time. */
function kernelLimits(limits: LimitsConfig): KernelLimits {
  const kernel: { -readonly [K in keyof KernelLimits]: KernelLimits[K] } = {};
  const { maxRssBytes, memoryPolicy = 'restart', cpuPolicy = 'restart' } = limits;
  const isPatient = (limits.sustainedMs ?? 0) > 0 || (limits.spikeMs ?? 0) > 0;
  if (maxRssBytes !== undefined && maxRssBytes > 0) {
    const ends = memoryPolicy === 'restart' || memoryPolicy === 'restart_adjusted' || memoryPolicy === 'immediate_kill';
    if (ends && !isPatient) kernel.memoryBytes = maxRssBytes;
    if (memoryPolicy === 'throttle') kernel.memoryHighBytes = maxRssBytes;
  }
  // As everywhere, a limit of zero is none.
  if (limits.maxSwapBytes) kernel.swapBytes = limits.maxSwapBytes;
  const percents = [
    ...(limits.maxCores === undefined ? [] : [limits.maxCores * 100]),
    ...(limits.maxCpuPercent === undefined || cpuPolicy !== 'throttle' ? [] : [limits.maxCpuPercent]),
  ].filter((percent) => percent > 0);
  if (percents.length > 0) kernel.cpuPercent = Math.min(...percents);
  if (limits.cpuShares !== undefined && limits.cpuShares > 0) kernel.cpuShares = limits.cpuShares;
  const isThrottled = limits.ioPolicy === 'throttle';
  if (isThrottled && limits.maxReadBps) kernel.readBps = limits.maxReadBps;
  if (isThrottled && limits.maxWriteBps) kernel.writeBps = limits.maxWriteBps;
  if (limits.maxReadOps) kernel.readOps = limits.maxReadOps;
  if (limits.maxWriteOps) kernel.writeOps = limits.maxWriteOps;
  if (limits.ioWeight) kernel.ioWeight = limits.ioWeight;
  return kernel;
}

function limitsInForce(
  limits: LimitsConfig,
  group: Cgroup | undefined,
  files: Held,
  priority: string | undefined,
): readonly LimitInForce[] {
  const { memoryPolicy = 'restart', cpuPolicy = 'restart', processPolicy = 'restart', ioPolicy = 'restart' } = limits;
  const found: LimitInForce[] = [];
  const held = (key: keyof KernelLimits) => group?.held.get(key);
  const add = (
    resource: LimitInForce['resource'],
    limit: number | undefined,
    policy: LimitInForce['policy'],
    by: Held | undefined,
    otherwise: 'watching' | 'nobody',
  ) => {
    if (limit === undefined || limit <= 0) return;
    const isHeld = by !== undefined && 'by' in by;
    found.push({
      resource,
      limit,
      policy,
      enforced_by: isHeld ? by.by : otherwise,
      why: isHeld ? null : (by?.why ?? null),
      state: 'within',
    });
  };
  add('memory', limits.maxRssBytes, memoryPolicy, held('memoryBytes') ?? held('memoryHighBytes'), 'watching');
  add('virtual_memory', limits.maxVirtualBytes, memoryPolicy, undefined, 'watching');
  add('swap', limits.maxSwapBytes, null, held('swapBytes') ?? { why: noGroup }, 'nobody');
  add('cpu', limits.maxCpuPercent, cpuPolicy, cpuPolicy === 'throttle' ? held('cpuPercent') : undefined, 'watching');
  add('cores', limits.maxCores, null, held('cpuPercent') ?? { why: noGroup }, 'nobody');
  add('cpu_shares', limits.cpuShares, null, held('cpuShares') ?? { why: noGroup }, 'nobody');
  add('cpu_time', limits.maxCpuTimeMs, cpuPolicy, undefined, 'watching');
  add(
    'open_files',
    limits.maxFileDescriptors,
    processPolicy,
    processPolicy === 'throttle' ? files : undefined,
    'watching',
  );
  add('child_processes', limits.maxChildProcesses, processPolicy, undefined, 'watching');
  add('processes', limits.maxProcesses, processPolicy, undefined, 'watching');
  add('read_bps', limits.maxReadBps, ioPolicy, held('readBps'), 'watching');
  add('write_bps', limits.maxWriteBps, ioPolicy, held('writeBps'), 'watching');
  add('read_ops', limits.maxReadOps, null, held('readOps') ?? { why: noGroup }, 'nobody');
  add('write_ops', limits.maxWriteOps, null, held('writeOps') ?? { why: noGroup }, 'nobody');
  add('io_weight', limits.ioWeight, null, held('ioWeight') ?? { why: noGroup }, 'nobody');
  if (limits.priority !== undefined) {
    const enforced = priority === undefined ? 'priority' : 'nobody';
    const why = priority ?? null;
    found.push({
      resource: 'priority',
      limit: limits.priority,
      policy: null,
      enforced_by: enforced,
      why,
      state: 'within',
    });
  }
  return found;
}

/** Of all threads: Linux keeps a priority for each. Undefined when done, else why not. */
function lower(pid: number, priority: number): string | undefined {
  let threads = [pid];
  try {
    threads = process.platform === 'linux' ? readdirSync(`/proc/${pid}/task`).map(Number) : threads;
    for (const thread of threads) setPriority(thread, priority);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function limitFiles(pid: number, most: number): Promise<Held> {
  const { exitCode, stderr, shortMessage } = await loadPart('execa').execa(
    'prlimit',
    ['--pid', String(pid), `--nofile=${most}`],
    {
      reject: false,
      stdin: 'ignore',
      timeout: 5000,
    },
  );
  return exitCode === 0 ? { by: 'rlimit' } : { why: `prlimit: ${stderr ? stderr.trim() : (shortMessage ?? 'failed')}` };
}
