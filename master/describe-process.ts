import path from 'node:path';
import type { MasterDescription } from './protocol.ts';

/** What workers that this process starts find: its versions and where it looks for programs. */
export function describeThisProcess(): MasterDescription {
  return {
    version: VERSION,
    pid: process.pid,
    node: process.version,
    executable: process.execPath,
    platform: `${process.platform} ${process.arch}`,
    since: new Date(Date.now() - Math.round(process.uptime() * 1000)).toISOString(),
    search: (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== ''),
  };
}
