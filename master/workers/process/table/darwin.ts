import { forestOf, treeOf } from '../process-tree.ts';
import { coalesce } from './coalesce.ts';
import type { ListeningSocket, ProcessEntry, ProcessTable } from './process-table.ts';
import { runProgram, type RunProgram } from './run-program.ts';
import { signalByKill } from './signal.ts';

/** macOS, and other systems with a BSD `ps` and `lsof`. */
export function darwinProcessTable(run: RunProgram = runProgram): ProcessTable {
  const list = async (selection: readonly string[]) => {
    // -E shows the environment behind the command.
    const arguments_ = [
      ...selection,
      '-E',
      '-ww',
      '-o',
      'pid=,ppid=,pgid=,sess=,stat=,rss=,time=,lstart=,ucomm=,command=',
    ];
    return parsePs(await run('ps', arguments_));
  };
  const find = async (pid: number) => (await list(['-p', String(pid)]))[0];
  const all = coalesce(() => list(['-ax']));
  return {
    boot: () => run('sysctl', ['-n', 'kern.bootsessionuuid']),
    list: all,
    tree: async (roots) => treeOf(forestOf(await all()), roots),
    find,
    birthOf: find,
    listening: async (pids, protocol = 'tcp') => {
      if (pids.length === 0) return [];
      const sockets = protocol === 'tcp' ? ['-iTCP', '-sTCP:LISTEN'] : ['-iUDP'];
      const options = ['-nP', '-a', ...sockets, '-Fpn', '-p', pids.join(',')];
      return parseLsof(await run('lsof', options));
    },
    // Where one word ends and the next begins, ps does not tell.
    commandLine: async (pid) => (await run('ps', ['-p', String(pid), '-ww', '-o', 'command='])).split(/\s+/),
    // Only a look at every descriptor with lsof would tell: seconds, for a number.
    openFiles: () => Promise.resolve(null),
    // Only libproc tells, which no program of the system shows.
    traffic: () => Promise.resolve(null),
    catches: () => Promise.resolve(null),
    canHold: true,
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
      isHeld: state.startsWith('T'),
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
    // `HOST:PORT->HOST:PORT` has a peer.
    if (host === undefined || port === undefined || host.includes('->')) return [];
    return [{ pid, host: host === '*' ? '0.0.0.0' : host.replace(/^\[|\]$/g, ''), port: Number(port) }];
  });
}
