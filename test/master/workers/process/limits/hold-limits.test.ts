import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import type { LimitsConfig } from '../../../../../master/config/worker-config.ts';
import { findController } from '../../../../../master/workers/process/limits/controllers.ts';
import { openCgroup, sweepCgroups } from '../../../../../master/workers/process/limits/cgroup.ts';
import { holdLimits } from '../../../../../master/workers/process/limits/hold-limits.ts';
import type { Run } from '../../../../../master/workers/worker.ts';
import { mayGroup } from '../../../../support/may-group.ts';
import { until } from '../../../../support/until.ts';
import { ProcessStage } from '../../../../support/process-run.ts';

const mega = 1e6;

/** What the kernel of this machine can show; the other version is shown by its files alone, in "cgroups" below. */
function kindHere(): string {
  const place = findController('memory');
  if (typeof place === 'string') return `pending: ${place}`;
  const other = place.version === 'cgroup v1' ? 'v2' : 'v1';
  return mayGroup('memory')
    ? `${place.version} here; pending: ${other}`
    : `pending: ${place.version}, none may be made`;
}

describe(`limits held by the system (${kindHere()})`, function () {
  this.timeout(60_000);
  let stage: ProcessStage;
  let starts = 0;
  const files: string[] = [];

  beforeEach(() => {
    stage = new ProcessStage();
  });

  afterEach(async () => {
    await stage.close();
    for (const file of files.splice(0)) rmSync(file, { force: true });
  });

  const start = async (limits: LimitsConfig, ...args: string[]): Promise<Run> => {
    starts += 1;
    const run = await stage.start(stage.worker('uses.mjs', args), starts, { limits });
    await stage.printed('ready');
    return run;
  };
  /** A file that is on a disk, which a temporary one may not be. */
  const onDisk = (content: Uint8Array = new Uint8Array()): string => {
    const folder = path.join(ROOT_FOLDER, '.cache');
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `io-${process.pid}`);
    writeFileSync(file, content, { flush: true });
    files.push(file);
    return file;
  };
  const held = (run: Run, resource: string) => run.limits?.().find((one) => one.resource === resource);

  it('memory: a cgroup ends a worker that needs more, which is told as what it is; else it is watched', async () => {
    const run = await start({ maxRssBytes: 96 * mega }, 'memory', '400');
    const limit = held(run, 'memory');
    if (!mayGroup('memory')) {
      assert.equal(limit?.enforced_by, 'watching');
      assert.match(limit?.why ?? '', /cgroup/);
      return;
    }
    assert.match(limit?.enforced_by ?? '', /^cgroup v[12]$/);
    const end = await run.over;
    assert.ok(end.how === 'failure');
    assert.equal(end.failure.code, 'resource-limit');
    assert.match(
      end.failure.message,
      /^w used more memory than its limit of 96 MB, and the kernel ended it \(cgroup v[12]\)/,
    );
  });

  it('memory: nothing is handed to the kernel where the policy only tells, or grants time', async () => {
    for (const limits of [
      { maxRssBytes: 96 * mega, memoryPolicy: 'log' },
      { maxRssBytes: 96 * mega, sustainedMs: 60_000 },
    ] as const) {
      const run = await start(limits, 'memory', '200');
      await stage.printed('has it');
      assert.deepEqual([held(run, 'memory')?.enforced_by, held(run, 'memory')?.why], ['watching', null]);
      const usage = await run.usage?.();
      assert.ok((usage?.rss_bytes ?? 0) > 200 * mega);
      await run.stop(5000);
    }
  });

  it('cpu: the policy "throttle" slows down by a cgroup, else by the lowest priority', async () => {
    const run = await start({ maxCpuPercent: 20, cpuPolicy: 'throttle' }, 'cpu');
    if (mayGroup('cpu')) {
      assert.match(held(run, 'cpu')?.enforced_by ?? '', /^cgroup v[12]$/);
      await run.usage?.();
      const percent = await until(async () => {
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return (await run.usage?.())?.cpu_percent ?? undefined;
      }, 'a second of work that is measured');
      assert.ok(percent < 60, `${percent} % of a core`);
      assert.match((await run.throttle?.()) ?? '', /the kernel slows it down by cgroup v[12]/);
    } else {
      assert.match((await run.throttle?.()) ?? '', /its priority is the lowest now/);
      assert.equal(getPriority(run.pid), 19);
    }
  });

  it('files: the policy "throttle" lets no process open more', async () => {
    const run = await start({ maxFileDescriptors: 60, processPolicy: 'throttle' }, 'nothing');
    await until(() => held(run, 'open_files')?.enforced_by === 'rlimit', 'the limit in force');
    assert.match(readFileSync(`/proc/${run.pid}/limits`, 'utf8'), /^Max open files +60 +60 /m);
  });

  it('disks: what is written is watched, and where it is not limited not even looked at', async () => {
    const file = onDisk();
    const run = await start({ maxWriteBps: 100, ioPolicy: 'log' }, 'writes', file);
    assert.deepEqual([held(run, 'write_bps')?.enforced_by, held(run, 'write_bps')?.why], ['watching', null]);
    await until(async () => ((await run.usage?.())?.write_bps ?? 0) > mega, 'a rate that was measured');
    const free = await start({ maxRssBytes: 900 * mega }, 'writes', file);
    const usage = await free.usage?.();
    assert.deepEqual([usage?.read_bps, usage?.write_bps], [null, null]);
  });

  it('disks: the policy "throttle" lets no worker read faster, by a cgroup', async function () {
    const file = onDisk(Buffer.alloc(65_536, 1));
    const run = await start({ maxReadBps: mega, maxReadOps: 500, ioPolicy: 'throttle' }, 'reads', file);
    if (!mayGroup('io')) {
      assert.equal(held(run, 'read_bps')?.enforced_by, 'watching');
      assert.deepEqual([held(run, 'read_ops')?.enforced_by, held(run, 'read_ops')?.policy], ['nobody', null]);
      return;
    }
    assert.match(held(run, 'read_bps')?.enforced_by ?? '', /^cgroup v[12]$/);
    assert.match(held(run, 'read_ops')?.enforced_by ?? '', /^cgroup v[12]$/);
    await run.usage?.();
    const rate = await until(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return (await run.usage?.())?.read_bps ?? undefined;
    }, 'a second of reading that was measured');
    assert.ok(rate > 0 && rate < 3 * mega, `${rate} bytes a second`);
  });

  it('priority is set, and one that may not be had says so', async () => {
    const run = await start({ priority: 7 }, 'nothing');
    assert.equal(held(run, 'priority')?.enforced_by, 'priority');
    assert.equal(getPriority(run.pid), 7);
  });

  it('counts files, processes and processor time of the tree', async () => {
    const run = await start({ maxChildProcesses: 2 }, 'children', '3');
    await stage.printed('has it');
    const usage = await until(async () => {
      const now = await run.usage?.();
      return now?.processes === 4 ? now : undefined;
    }, 'three children');
    assert.ok((usage.open_files ?? 0) > 10);
    assert.ok((usage.cpu_time_ms ?? 0) > 0);
    assert.ok((usage.virtual_bytes ?? 0) > (usage.rss_bytes ?? 0));
  });

  it('nothing is left of a cgroup after its run', async () => {
    const run = await start({ maxRssBytes: 500 * mega }, 'nothing');
    const place = findController('memory');
    const folder = typeof place === 'string' ? '' : path.join(place.folder, `hsu-${stage.masterKey}-w.${starts}`);
    if (mayGroup('memory')) assert.ok(existsSync(folder));
    await run.stop(5000);
    assert.equal(existsSync(folder), false);
  });
});

/** A file system that looks like one with cgroups; the files take what is written. */
class FakeSystem {
  readonly root = mkdtempSync(path.join(tmpdir(), 'hsu-cgroups-'));
  readonly children: ChildProcess[] = [];

  write(name: string, text: string): void {
    mkdirSync(path.join(this.root, path.dirname(name)), { recursive: true });
    writeFileSync(path.join(this.root, name), text);
  }

  read(name: string): string {
    return readFileSync(path.join(this.root, name), 'utf8');
  }
}

describe('cgroups', () => {
  let system: FakeSystem;

  beforeEach(() => {
    system = new FakeSystem();
  });

  afterEach(() => rmSync(system.root, { recursive: true, force: true }));

  const version2 = (own: string, enabled: string) => {
    system.write('proc/self/cgroup', `0::${own}\n`);
    system.write('proc/self/mountinfo', '30 25 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw,nsdelegate\n');
    const parent = path.posix.dirname(own);
    system.write(path.join('sys/fs/cgroup', parent, 'cgroup.controllers'), 'cpu io memory pids\n');
    for (const [name, dev] of [
      ['sda', '8:0'],
      ['loop0', '7:0'],
      ['nvme0n1', '259:0'],
    ] as const) {
      system.write(`sys/block/${name}/dev`, `${dev}\n`);
    }
    system.write(path.join('sys/fs/cgroup', parent, 'cgroup.subtree_control'), enabled);
    return path.join('sys/fs/cgroup', parent);
  };

  it('version 2: beside the own one, with every limit in its own file', () => {
    const parent = version2('/user.slice/user-1.slice/session-1.scope', 'memory');
    const limits = {
      memoryBytes: 64 * mega,
      memoryHighBytes: 48 * mega,
      swapBytes: 0,
      cpuPercent: 150,
      cpuShares: 1024,
    };
    const group = openCgroup('hsu-k-w', limits, system.root);
    group.add(4711);
    const file = (name: string) => system.read(path.join(parent, 'hsu-k-w', name));
    assert.deepEqual(
      [...group.held.values()],
      Array.from({ length: 5 }, () => ({ by: 'cgroup v2' })),
    );
    assert.equal(file('memory.max'), String(64 * mega));
    assert.equal(file('memory.high'), String(48 * mega));
    assert.equal(file('memory.swap.max'), '0');
    assert.equal(file('memory.oom.group'), '1');
    assert.equal(file('cpu.max'), '150000 100000');
    assert.equal(file('cpu.weight'), '40');
    assert.equal(file('cgroup.procs'), '4711');
    assert.equal(system.read(path.join(parent, 'cgroup.subtree_control')), '+cpu', 'was not enabled there yet');
    system.write(path.join(parent, 'hsu-k-w', 'memory.events'), 'low 0\noom 2\noom_kill 2\n');
    assert.equal(group.memoryKills(), 2);
  });

  it('version 2: as systemd gives it to a user: what is delegated is held, of the rest is said why it is not', async () => {
    const slice = '/user.slice/user-1000.slice/user@1000.service/app.slice';
    system.write('proc/self/cgroup', `0::${slice}/code.scope\n`);
    system.write(
      'proc/self/mountinfo',
      '23 29 0:21 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw\n' +
        '34 23 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n' +
        '35 23 0:30 / /sys/fs/pstore rw,nosuid,nodev,noexec,relatime shared:10 - pstore pstore rw\n',
    );
    const parent = `sys/fs/cgroup${slice}`;
    // As the kernel shows them in a fresh group: what nobody has limited reads "max".
    const fresh = {
      'cgroup.controllers': 'memory pids\n',
      'cgroup.subtree_control': 'memory pids\n',
      'cgroup.events': 'populated 0\nfrozen 0\n',
      'cgroup.procs': '',
      'memory.max': 'max\n',
      'memory.high': 'max\n',
      'memory.swap.max': 'max\n',
      'memory.oom.group': '0\n',
      'memory.events': 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n',
    };
    for (const [name, text] of Object.entries(fresh)) {
      system.write(`${parent}/${name}`, text);
      system.write(`${parent}/hsu-k-w.1/${name}`, text);
    }
    const child = spawn('sleep', ['30']);
    try {
      const limits: LimitsConfig = { maxRssBytes: 64 * mega, maxSwapBytes: 0, maxCores: 1, maxWriteOps: 9 };
      const name = 'hsu-k-w.1';
      const hold = holdLimits({ name, pid: child.pid ?? 0, limits, changed: () => undefined, root: system.root });
      const file = (one: string) => system.read(`${parent}/${name}/${one}`);
      assert.deepEqual(['cgroup.procs', 'memory.max', 'memory.oom.group', 'memory.swap.max', 'memory.high'].map(file), [
        String(child.pid),
        String(64 * mega),
        '1',
        'max\n',
        'max\n',
      ]);
      assert.equal(system.read(`${parent}/cgroup.subtree_control`), 'memory pids\n', 'is enabled already');
      const why = (controller: string) => `no cgroup that this process is in has the controller "${controller}"`;
      assert.deepEqual(
        hold.inForce.map((limit) => [limit.resource, limit.enforced_by, limit.why]),
        [
          ['memory', 'cgroup v2', null],
          ['cores', 'nobody', why('cpu')],
          ['write_ops', 'nobody', why('io')],
        ],
      );
      assert.equal(hold.memoryKills(), 0);
      // The kernel ended the group: each of its processes counts, the group once beside them.
      const killed = 'low 0\nhigh 0\nmax 41\noom 1\noom_kill 3\noom_group_kill 1\n';
      system.write(`${parent}/${name}/memory.events`, killed);
      assert.equal(hold.memoryKills(), 3);
      hold.release();
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('version 2: a line for each disk, but not for what only stands for a file', () => {
    const parent = version2('/own', 'io');
    const group = openCgroup('g', { readBps: 1000, writeOps: 5, ioWeight: 300 }, system.root);
    assert.ok([...group.held.values()].every((held) => 'by' in held && held.by === 'cgroup v2'));
    assert.equal(system.read(path.join(parent, 'g/io.weight')), 'default 300');
    // The kernel's file keeps a line for each; this one keeps the last, of whichever disk.
    assert.match(system.read(path.join(parent, 'g/io.max')), /^(?:8|259):0 wiops=5$/);
  });

  it('version 1: below the own one, with what that version can do', () => {
    system.write('proc/self/cgroup', '5:blkio:/own\n4:memory:/docker/abc/own\n1:cpu,cpuacct:/own\n0::/\n');
    system.write(
      'proc/self/mountinfo',
      '1 0 0:1 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n' +
        '2 0 0:2 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n' +
        '4 0 0:4 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n' +
        '3 0 0:3 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n',
    );
    system.write('sys/fs/cgroup/unified/cgroup.controllers', 'hugetlb\n');
    mkdirSync(path.join(system.root, 'sys/fs/cgroup/memory/own'), { recursive: true });
    mkdirSync(path.join(system.root, 'sys/fs/cgroup/cpu,cpuacct/own'), { recursive: true });
    mkdirSync(path.join(system.root, 'sys/fs/cgroup/blkio/own'), { recursive: true });
    system.write('sys/block/sda/dev', '8:0\n');
    const limits = { memoryBytes: 5, memoryHighBytes: 4, swapBytes: 3, cpuPercent: 20, readBps: 7, ioWeight: 2000 };
    const group = openCgroup('g', limits, system.root);
    const held = Object.fromEntries(group.held);
    assert.deepEqual(held['memoryBytes'], { by: 'cgroup v1' });
    assert.deepEqual(held['memoryHighBytes'], { why: 'cgroup v1 cannot slow a worker down for its memory' });
    assert.equal(system.read('sys/fs/cgroup/memory/own/g/memory.memsw.limit_in_bytes'), '8');
    assert.equal(system.read('sys/fs/cgroup/cpu,cpuacct/own/g/cpu.cfs_quota_us'), '20000');
    assert.equal(system.read('sys/fs/cgroup/blkio/own/g/blkio.throttle.read_bps_device'), '8:0 7');
    assert.equal(system.read('sys/fs/cgroup/blkio/own/g/blkio.bfq.weight'), '1000');
  });

  it('without a disk hold no worker to a rate', () => {
    version2('/own', 'io');
    rmSync(path.join(system.root, 'sys/block'), { recursive: true });
    assert.deepEqual(Object.fromEntries(openCgroup('g', { readBps: 5 }, system.root).held), {
      readBps: { why: 'no disk is to be seen' },
    });
  });

  it('say why there can be none', () => {
    assert.deepEqual(Object.fromEntries(openCgroup('g', { memoryBytes: 5 }, system.root).held), {
      memoryBytes: { why: 'this system has no cgroups' },
    });
    version2('/own', 'memory');
    system.write('sys/fs/cgroup/g', 'a file in its place');
    const { held } = openCgroup('g', { memoryBytes: 5 }, system.root);
    assert.match(JSON.stringify(held.get('memoryBytes')), /this user may make no cgroup v2 below .* \(EEXIST\)/);
  });

  it('of a master that was killed are removed when they are empty', () => {
    const parent = version2('/own', 'memory cpu');
    mkdirSync(path.join(system.root, parent, 'hsu-k-empty'));
    system.write(path.join(parent, 'hsu-k-busy/cgroup.procs'), '1');
    mkdirSync(path.join(system.root, parent, 'hsu-other-empty'));
    sweepCgroups('hsu-k-', system.root);
    const there = ['hsu-k-empty', 'hsu-k-busy', 'hsu-other-empty'].map((name) =>
      existsSync(path.join(system.root, parent, name)),
    );
    assert.deepEqual(there, [false, true, true]);
  });

  it('are asked only for what the policies mean', async () => {
    version2('/own', 'memory cpu');
    const child = spawn('sleep', ['30']);
    const by = (limits: LimitsConfig) =>
      holdLimits({ name: 'g', pid: child.pid ?? 0, limits, changed: () => undefined, root: system.root }).inForce.map(
        ({ resource, enforced_by }) => `${resource}: ${enforced_by}`,
      );
    assert.deepEqual(by({ maxRssBytes: 9, memoryPolicy: 'alert' }), ['memory: watching']);
    assert.deepEqual(by({ maxRssBytes: 9, memoryPolicy: 'graceful_shutdown' }), ['memory: watching']);
    assert.deepEqual(by({ maxRssBytes: 9, memoryPolicy: 'throttle' }), ['memory: cgroup v2']);
    assert.deepEqual(by({ maxRssBytes: 9, memoryPolicy: 'immediate_kill' }), ['memory: cgroup v2']);
    assert.deepEqual(by({ maxCpuPercent: 9, cpuPolicy: 'restart' }), ['cpu: watching']);
    assert.deepEqual(by({ maxCpuPercent: 9, maxCores: 2, cpuPolicy: 'throttle', maxCpuTimeMs: 5 }), [
      'cpu: cgroup v2',
      'cores: cgroup v2',
      'cpu_time: watching',
    ]);
    assert.deepEqual(by({ maxReadBps: 9, maxWriteBps: 9, maxWriteOps: 9 }), [
      'read_bps: watching',
      'write_bps: watching',
      'write_ops: cgroup v2',
    ]);
    assert.deepEqual(by({ maxWriteBps: 9, ioPolicy: 'throttle' }), ['write_bps: cgroup v2']);
    assert.deepEqual(by({ maxChildProcesses: 9, maxProcesses: 3 }), [
      'child_processes: watching',
      'processes: watching',
    ]);
    child.kill();
    await once(child, 'exit');
  });
});
