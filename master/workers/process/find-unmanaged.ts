import { readFile } from 'node:fs/promises';
import type { DiscoveryConfig } from '../../config/worker-config.ts';
import { serviceManager, type ServicePid } from './service-manager.ts';
import type { ProcessEntry, ProcessTable, Protocol } from './table/process-table.ts';

/** The process that a worker's `discovery` describes, or why there is none, as the end of a sentence. */
export type Found = { readonly entry: ProcessEntry } | { readonly missing: string };

export async function findUnmanaged(
  discovery: DiscoveryConfig,
  table: ProcessTable,
  servicePid: ServicePid = serviceManager(),
): Promise<Found> {
  switch (discovery.method) {
    case 'pid-file':
      return byPidFile(discovery.pidFile ?? '', table);
    case 'process-name':
      return byName(discovery.processName ?? '', discovery.processArgs ?? [], table);
    case 'port':
      return byPort(discovery.port ?? 0, discovery.protocol ?? 'tcp', table);
    case 'service-name':
      return byService(discovery.serviceName ?? '', table, servicePid);
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

/** The oldest of that name with these arguments; its children of the same name belong to its tree. */
async function byName(name: string, args: readonly string[], table: ProcessTable): Promise<Found> {
  // Linux keeps fifteen characters of a name.
  const names = new Set([name, name.slice(0, 15), `${name}.exe`]);
  const named = (await table.list()).filter((entry) => names.has(entry.name) && entry.pid !== process.pid);
  for (const entry of named.sort((a, b) => a.startOrder - b.startOrder || a.pid - b.pid)) {
    const words = args.length === 0 ? [] : (await table.commandLine(entry.pid)).slice(1);
    if (args.every((word) => words.includes(word))) return { entry };
  }
  const among = args.length === 0 ? '' : ` and the arguments ${args.join(' ')}`;
  return { missing: `no process has the name ${name}${among}` };
}

async function byPort(port: number, protocol: Protocol, table: ProcessTable): Promise<Found> {
  const entries = await table.list();
  const sockets = await table.listening(
    entries.map(({ pid }) => pid),
    protocol,
  );
  const owner = sockets.find((socket) => socket.port === port)?.pid;
  const entry = entries.find(({ pid }) => pid === owner);
  return entry
    ? { entry }
    : { missing: `no process that this user may look into listens on ${protocol === 'udp' ? 'UDP ' : ''}port ${port}` };
}

async function byService(name: string, table: ProcessTable, servicePid: ServicePid): Promise<Found> {
  const pid = await servicePid(name);
  const entry = pid === undefined ? undefined : await table.find(pid);
  return entry ? { entry } : { missing: `the service manager knows no running service ${name}` };
}
