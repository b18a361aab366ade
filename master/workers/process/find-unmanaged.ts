import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import type { DiscoveryConfig } from '../../config/worker-config.ts';
import type { ProcessEntry, ProcessTable } from './table/process-table.ts';

/** The process that a worker's `discovery` describes, or why there is none, as the end of a sentence. */
export type Found = { readonly entry: ProcessEntry } | { readonly missing: string };

export async function findUnmanaged(discovery: DiscoveryConfig, table: ProcessTable): Promise<Found> {
  switch (discovery.method) {
    case 'pid-file':
      return byPidFile(discovery.pidFile ?? '', table);
    case 'process-name':
      return byName(discovery.processName ?? '', table);
    case 'port':
      return byPort(discovery.port ?? 0, table);
    case 'service-name':
      return byService(discovery.serviceName ?? '', table);
  }
}

async function byPidFile(file: string, table: ProcessTable): Promise<Found> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { missing: `its pid file ${file} cannot be read` };
  const pid = Number(text.trim());
  if (!Number.isSafeInteger(pid) || pid < 2) return { missing: `its pid file ${file} holds no process id` };
  const entry = await table.find(pid);
  return entry ? { entry } : { missing: `process ${pid} of its pid file ${file} is not alive` };
}

/** The oldest of that name; its children of the same name belong to its tree. */
async function byName(name: string, table: ProcessTable): Promise<Found> {
  // Linux keeps fifteen characters of a name.
  const names = new Set([name, name.slice(0, 15), `${name}.exe`]);
  const named = (await table.list()).filter((entry) => names.has(entry.name) && entry.pid !== process.pid);
  const entry = named.sort((a, b) => a.startOrder - b.startOrder || a.pid - b.pid)[0];
  return entry ? { entry } : { missing: `no process has the name ${name}` };
}

async function byPort(port: number, table: ProcessTable): Promise<Found> {
  const entries = await table.list();
  const sockets = await table.listening(entries.map(({ pid }) => pid));
  const owner = sockets.find((socket) => socket.port === port)?.pid;
  const entry = entries.find(({ pid }) => pid === owner);
  return entry ? { entry } : { missing: `no process that this user may look into listens on port ${port}` };
}

async function byService(name: string, table: ProcessTable): Promise<Found> {
  const pid = await servicePid(name);
  const entry = pid === undefined ? undefined : await table.find(pid);
  return entry ? { entry } : { missing: `the service manager knows no running service ${name}` };
}

async function servicePid(name: string): Promise<number | undefined> {
  const [file, ...args] = serviceQuery(process.platform, name);
  const { stdout } = await execa(file, args, { reject: false, stdin: 'ignore', timeout: 5000 });
  return parseServicePid(stdout ?? '');
}

export function serviceQuery(platform: NodeJS.Platform, name: string): [string, ...string[]] {
  if (platform === 'win32') return ['sc.exe', 'queryex', name];
  if (platform === 'darwin') return ['launchctl', 'list', name];
  return ['systemctl', 'show', '--property=MainPID', '--', name];
}

/** `MainPID=4711` of systemctl, `"PID" = 4711;` of launchctl, `PID : 4711` of sc; 0 means that it does not run. */
export function parseServicePid(text: string): number | undefined {
  const pid = Number(/\b(?:MainPID|PID)"?\s*[=:]\s*(\d+)/.exec(text)?.[1] ?? 0);
  return pid > 1 ? pid : undefined;
}
