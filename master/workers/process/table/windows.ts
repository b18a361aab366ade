import { execa } from 'execa';
import { treeOf } from '../process-tree.ts';
import { coalesce } from './coalesce.ts';
import type { ListeningSocket, ProcessEntry, ProcessTable } from './process-table.ts';

/**
 * Windows, through PowerShell's CIM and taskkill. Environments of other processes cannot be read there, so a tree is
 * known by parents alone; a parent is only believed when it is older than its child.
 */
export function windowsProcessTable(run: RunProgram = runByExeca): ProcessTable {
  const powershell = (query: string) =>
    run('powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', scriptOf(query)]);
  const list = coalesce(async () => parseCim(await powershell(cimQuery)));
  const find = async (pid: number) => parseCim(await powershell(`${cimQuery} -Filter "ProcessId=${pid}"`))[0];
  return {
    boot: () => powershell('(Get-CimInstance Win32_OperatingSystem).LastBootUpTime.ToFileTimeUtc()'),
    list,
    tree: async (roots) => treeOf(await list(), roots),
    find,
    birthOf: find,
    listening: async (pids) => {
      const wanted = new Set(pids);
      return parseNetTcp(await powershell(tcpQuery)).filter(({ pid }) => wanted.has(pid));
    },
    openFiles: () => Promise.resolve(null),
    signal: async (pid, signal, scope) => {
      // Without /F a program with a window is asked to close; only /F ends a console program for sure.
      const force = signal === 'SIGKILL' ? ['/F'] : [];
      await run('taskkill', ['/PID', String(pid), ...(scope === 'group' ? ['/T'] : []), ...force]);
    },
  };
}

const cimQuery = 'Get-CimInstance Win32_Process';
const tcpQuery = 'Get-NetTCPConnection -State Listen';

function scriptOf(query: string): string {
  return query.startsWith('(') ? query : `${query} | Select-Object ${columnsOf(query)} | ConvertTo-Json -Compress`;
}

/** Runs a program of the system to its end; resolves to what it printed, also where it failed. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string>;

const runByExeca: RunProgram = async (program, args) => {
  const { stdout } = await execa(program, args, { reject: false, windowsHide: true });
  return stdout.trim();
};

function columnsOf(query: string): string {
  if (query.startsWith(tcpQuery)) return 'OwningProcess,LocalAddress,LocalPort';
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
      carries: () => false,
    };
    return [entry];
  });
}

export function parseNetTcp(json: string): ListeningSocket[] {
  return rowsOf(json).map((row) => ({
    pid: number(row, 'OwningProcess'),
    host: text(row, 'LocalAddress'),
    port: number(row, 'LocalPort'),
  }));
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
