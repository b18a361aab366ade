import { forestOf, treeOf } from '../process-tree.ts';
import { coalesce } from './coalesce.ts';
import type { ListeningSocket, ProcessEntry, ProcessTable } from './process-table.ts';
import { runProgram, type RunProgram } from './run-program.ts';

/**
 * Windows, through PowerShell's CIM and taskkill. Environments of other processes cannot be read there, so a tree is
 * known by parents alone; a parent is only believed when it is older than its child.
 */
export function windowsProcessTable(run: RunProgram = runProgram): ProcessTable {
  const powershell = (query: string) =>
    run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', scriptOf(query)]);
  const list = coalesce(async () => parseCim(await powershell(cimQuery)));
  const find = async (pid: number) => parseCim(await powershell(`${cimQuery} -Filter "ProcessId=${pid}"`))[0];
  return {
    boot: () => powershell('(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToFileTimeUtc()'),
    list,
    tree: async (roots) => treeOf(forestOf(await list()), roots),
    find,
    birthOf: find,
    listening: async (pids, protocol = 'tcp') => {
      const wanted = new Set(pids);
      return parseSockets(await powershell(socketQueries[protocol])).filter(({ pid }) => wanted.has(pid));
    },
    commandLine: async (pid) =>
      splitCommandLine(await powershell(`(${cimQuery} -Filter "ProcessId=${pid}").CommandLine`)),
    openFiles: () => Promise.resolve(null),
    // Its counts have pipes and sockets in them.
    traffic: () => Promise.resolve(null),
    catches: () => Promise.resolve(null),
    canHold: false,
    signal: async (pid, signal, scope) => {
      // Without /F a program with a window is asked to close; only /F ends a console program for sure.
      const force = signal === 'SIGKILL' ? ['/F'] : [];
      await run('taskkill', ['/PID', String(pid), ...(scope === 'group' ? ['/T'] : []), ...force]);
    },
  };
}

const cimQuery = 'Get-CimInstance Win32_Process';
const socketQueries = { tcp: 'Get-NetTCPConnection -State Listen', udp: 'Get-NetUDPEndpoint' } as const;

function scriptOf(query: string): string {
  return query.startsWith('(') ? query : `${query} | Select-Object ${columnsOf(query)} | ConvertTo-Json -Compress`;
}

function columnsOf(query: string): string {
  if (query.startsWith('Get-Net')) return 'OwningProcess,LocalAddress,LocalPort';
  const start = "@{n='Start';e={if($_.CreationDate){$_.CreationDate.ToFileTimeUtc().ToString()}}}";
  return `ProcessId,ParentProcessId,Name,WorkingSetSize,KernelModeTime,UserModeTime,${start}`;
}

/** Rows of Win32_Process as JSON: an array, or one object alone. Times are units of 100 ns. */
export function parseCim(json: string): ProcessEntry[] {
  return rowsOf(json).flatMap((row) => {
    const start = text(row, 'Start');
    if (start === '') return [];
    const entry: ProcessEntry = {
      pid: number(row, 'ProcessId'),
      parent: number(row, 'ParentProcessId'),
      group: 0,
      session: 0,
      start,
      startOrder: Number(start),
      name: text(row, 'Name'),
      cpuMs: (number(row, 'KernelModeTime') + number(row, 'UserModeTime')) / 10_000,
      rssBytes: number(row, 'WorkingSetSize'),
      isHeld: false,
      carries: () => false,
    };
    return [entry];
  });
}

/** Rows of Get-NetTCPConnection or Get-NetUDPEndpoint as JSON. */
export function parseSockets(json: string): ListeningSocket[] {
  return rowsOf(json).map((row) => ({
    pid: number(row, 'OwningProcess'),
    host: text(row, 'LocalAddress'),
    port: number(row, 'LocalPort'),
  }));
}

/** As the programs of Windows split it: by blanks, but not between quotes, which are dropped. */
export function splitCommandLine(text: string): string[] {
  return [...text.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ''));
}

function rowsOf(json: string): object[] {
  try {
    const value: unknown = JSON.parse(json);
    const rows: unknown[] = Array.isArray(value) ? value : [value];
    return rows.filter((row) => typeof row === 'object' && row !== null);
  } catch {
    return [];
  }
}

function number(row: object, key: string): number {
  return Number(new Map(Object.entries(row)).get(key) ?? 0);
}

function text(row: object, key: string): string {
  const value: unknown = new Map<string, unknown>(Object.entries(row)).get(key);
  return typeof value === 'string' ? value : '';
}
