import { execa } from 'execa';
import { treeOf } from '../process-tree.ts';
import { coalesce } from './coalesce.ts';
import type { ListeningSocket, ProcessEntry, ProcessTable } from './process-table.ts';
import { signalByKill } from './signal.ts';

/** macOS, and other systems with a BSD `ps` and `lsof`. */
export function darwinProcessTable(): ProcessTable {
  const list = async (selection: readonly string[]) => {
    // LC_ALL: `lstart` is written in the language of the user. -E shows the environment behind the command.
    const arguments_ = [
      ...selection,
      '-E',
      '-ww',
      '-o',
      'pid=,ppid=,pgid=,sess=,stat=,rss=,time=,lstart=,ucomm=,command=',
    ];
    const { stdout } = await execa('ps', arguments_, { reject: false, env: { LC_ALL: 'C' } });
    return parsePs(stdout);
  };
  const find = async (pid: number) => (await list(['-p', String(pid)]))[0];
  const all = coalesce(() => list(['-ax']));
  return {
    boot: async () => (await execa('sysctl', ['-n', 'kern.bootsessionuuid'])).stdout.trim(),
    list: all,
    tree: async (roots) => treeOf(await all(), roots),
    find,
    birthOf: find,
    listening: async (pids) => {
      if (pids.length === 0) return [];
      const options = ['-nP', '-a', '-iTCP', '-sTCP:LISTEN', '-Fpn', '-p', pids.join(',')];
      const { stdout } = await execa('lsof', options, { reject: false });
      return parseLsof(stdout);
    },
    // Only a look at every descriptor with lsof would tell: seconds, for a number.
    openFiles: () => Promise.resolve(null),
    signal: signalByKill,
  };
}

const psLine =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(\d+)\s+([\d:.-]+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(\S+)\s*(.*)$/;

/** The columns asked for above, one process a line. */
export function parsePs(text: string): ProcessEntry[] {
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, group, , state = '', rss, time = '', start = '', name = '', command = ''] =
      psLine.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z')) return [];
    const words = ` ${command} `;
    const entry: ProcessEntry = {
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      session: 0,
      start: start.replace(/\s+/g, ' '),
      startOrder: Date.parse(start),
      name,
      cpuMs: parseTime(time),
      rssBytes: Number(rss) * 1024,
      carries: (markers) => markers.every((marker) => words.includes(` ${marker} `)),
    };
    return [entry];
  });
}

/** `[days-][hours:]minutes:seconds[.hundredths]` as milliseconds. */
function parseTime(time: string): number {
  const [clock = '', days = '0'] = time.split('-').reverse();
  const seconds = clock.split(':').reduce((total, part) => total * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}

/** `lsof -Fpn`: a line `pPID` for each process, then `nHOST:PORT` for each of its sockets. */
export function parseLsof(text: string): ListeningSocket[] {
  let pid = 0;
  return text.split('\n').flatMap((line) => {
    if (line.startsWith('p')) pid = Number(line.slice(1));
    const [, host, port] = /^n(.*):(\d+)$/.exec(line) ?? [];
    if (host === undefined || port === undefined) return [];
    return [{ pid, host: host === '*' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) }];
  });
}
