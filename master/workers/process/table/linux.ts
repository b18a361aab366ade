import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { forestOf, treeOf } from '../process-tree.ts';
import { coalesce } from './coalesce.ts';
import { Lineage } from './lineage.ts';
import { parseAuxv, parseCatches, parseListening, parseStat, parseTraffic, type MachineUnits } from './proc-format.ts';
import type { ListeningSocket, ProcessEntry, ProcessTable, Protocol, Relative } from './process-table.ts';
import { ProcReader } from './proc-reader.ts';
import { signalByKill } from './signal.ts';

/**
 * Reads /proc directly. The small files of one process are read synchronously, some microseconds each, which is
 * several times less work for the loop than a trip through the thread pool; a long table is read in slices.
 */
export function linuxProcessTable(root = '/proc'): ProcessTable {
  const units = machineUnits(root);
  const proc = new ProcReader(root);
  const entryOf = (pid: number) => readEntry(proc, pid, units, root);
  const lineage = new Lineage(proc, units);
  let known: readonly Relative[] = [];
  let knownForest = forestOf(known);
  const forest = coalesce(() => {
    const now = lineage.look();
    if (now !== known) knownForest = forestOf((known = now));
    return Promise.resolve(knownForest);
  });
  let boot: string | undefined;
  return {
    boot: () => Promise.resolve((boot ??= readBoot(root, proc))),
    list: coalesce(async () => {
      const entries: ProcessEntry[] = [];
      let read = 0;
      for (const pid of proc.pids()) {
        const entry = entryOf(pid);
        if (entry) entries.push(entry);
        if (++read % sliceSize === 0) await nextTurn();
      }
      return entries;
    }),
    find: (pid) => Promise.resolve(entryOf(pid)),
    birthOf: (pid) => {
      const stat = parseStat(proc.text(`${pid}/stat`) ?? '');
      return Promise.resolve(stat && { start: String(stat.start), startOrder: stat.start });
    },
    async tree(roots) {
      const members = treeOf(await forest(), roots);
      // What they are now: some may be over.
      return members.flatMap((member) => {
        const entry = proc.has(member.pid) ? entryOf(member.pid) : undefined;
        if (entry?.start === member.start) return [entry];
        lineage.forget(member);
        return [];
      });
    },
    listening: (pids, protocol = 'tcp') => listening(root, pids, protocol),
    commandLine: (pid) => Promise.resolve((proc.text(`${pid}/cmdline`) ?? '').split('\0').slice(0, -1)),
    openFiles: (pid) =>
      readdir(`${root}/${pid}/fd`).then(
        ({ length }) => length,
        () => null,
      ),
    traffic: (pid) => Promise.resolve(parseTraffic(proc.text(`${pid}/io`) ?? '')),
    catches: (pid, signal) => Promise.resolve(parseCatches(proc.text(`${pid}/status`) ?? '', signal)),
    canHold: true,
    signal: signalByKill,
  };
}

/** How many processes are read in one turn of the loop: about two milliseconds' worth. */
const sliceSize = 256;

function machineUnits(root: string): MachineUnits {
  try {
    return parseAuxv(readFileSync(`${root}/self/auxv`));
  } catch {
    return { pageBytes: 4096, ticksPerSecond: 100 };
  }
}

/** It does not change while this process lives. */
function readBoot(root: string, proc: ProcReader): string {
  return `${proc.text('sys/kernel/random/boot_id')?.trim() ?? ''} ${readlinkSync(`${root}/self/ns/pid`)}`;
}

/** The kernel names a process as its main thread, and so does Node name that from 24 on: it says nothing of the program. */
const mainThread = 'MainThread';

/** The file that runs; where it is somebody else's, what it was started as. */
function programOf(proc: ProcReader, pid: number, root: string): string {
  let file: string | undefined;
  try {
    file = readlinkSync(`${root}/${pid}/exe`).replace(/ \(deleted\)$/, '');
  } catch {
    file = proc.text(`${pid}/cmdline`)?.split('\0')[0];
  }
  return path.basename(file ?? '') || mainThread;
}

function readEntry(proc: ProcReader, pid: number, units: MachineUnits, root: string): ProcessEntry | undefined {
  const stat = parseStat(proc.text(`${pid}/stat`) ?? '');
  // Z is a zombie, X is dead: neither runs any code.
  if (!stat || stat.state === 'Z' || stat.state === 'X') return undefined;
  return {
    pid,
    parent: stat.parent,
    group: stat.group,
    session: stat.session,
    start: String(stat.start),
    startOrder: stat.start,
    name: stat.name === mainThread ? programOf(proc, pid, root) : stat.name,
    cpuMs: (stat.cpuTicks * 1000) / units.ticksPerSecond,
    rssBytes: stat.rssPages * units.pageBytes,
    virtualBytes: stat.virtualBytes,
    // t would be held by a tracer.
    isHeld: stat.state === 'T',
    carries: (markers) => {
      const environment = `\0${proc.text(`${pid}/environ`) ?? ''}\0`;
      return markers.every((marker) => environment.includes(`\0${marker}\0`));
    },
  };
}

async function listening(
  root: string,
  pids: readonly number[],
  protocol: Protocol,
): Promise<readonly ListeningSocket[]> {
  const owners = new Map<string, number>();
  for (const pid of pids) {
    for (const inode of await socketInodes(root, pid)) if (!owners.has(inode)) owners.set(inode, pid);
  }
  if (owners.size === 0) return [];
  const tables = await Promise.all(
    [protocol, `${protocol}6`].map((name) => readFile(`${root}/net/${name}`, 'utf8').catch(() => '')),
  );
  const sockets = tables.flatMap((table) => parseListening(table, protocol));
  return sockets.flatMap(({ inode, host, port }) => {
    const pid = owners.get(inode);
    return pid === undefined ? [] : [{ pid, host, port }];
  });
}

async function socketInodes(root: string, pid: number): Promise<string[]> {
  const folder = `${root}/${pid}/fd`;
  const inodes: string[] = [];
  for (const fd of await readdir(folder).catch(() => [])) {
    try {
      const match = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`));
      if (match?.[1]) inodes.push(match[1]);
    } catch {
      // Closed since the folder was read.
    }
  }
  return inodes;
}
