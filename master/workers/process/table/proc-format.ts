import { constants } from 'node:os';
import type { Protocol, Traffic } from './process-table.ts';

/** Readers of the text that Linux shows under /proc. */

export interface ProcStat {
  readonly pid: number;
  readonly name: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** In clock ticks, user and system together. */
  readonly cpuTicks: number;
  /** In clock ticks since boot. */
  readonly start: number;
  readonly rssPages: number;
  readonly virtualBytes: number;
  /** A thread's own file, which is found by its id though it is not listed. */
  readonly isThread: boolean;
}

/** `/proc/PID/stat`. The name stands in parentheses and may hold any character, also parentheses and spaces. */
export function parseStat(text: string): ProcStat | undefined {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return undefined;
  // No more of them than are asked for: this is done for every worker every few seconds.
  const fields = text.slice(close + 2).split(' ', 36);
  const number = (index: number) => Number(fields[index] ?? Number.NaN);
  const stat: ProcStat = {
    pid: Number(text.slice(0, open)),
    name: text.slice(open + 1, close),
    state: fields[0] ?? '',
    parent: number(1),
    group: number(2),
    session: number(3),
    cpuTicks: number(11) + number(12),
    start: number(19),
    rssPages: number(21),
    virtualBytes: number(20),
    // The signal its parent is sent when it ends, which a thread has not.
    isThread: fields[35] === '-1',
  };
  return Number.isNaN(stat.start + stat.pid + stat.parent) ? undefined : stat;
}

/** `/proc/PID/io`, as far as it tells of disks; null from anything else. */
export function parseTraffic(text: string): Traffic | null {
  const bytes = (name: string) => new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1];
  const [read, written] = [bytes('read_bytes'), bytes('write_bytes')];
  return read === undefined || written === undefined
    ? null
    : { readBytes: Number(read), writtenBytes: Number(written) };
}

/** `/proc/PID/status`, as far as it tells whether a signal is caught; null from anything else. */
export function parseCatches(text: string, signal: NodeJS.Signals): boolean | null {
  const [, mask] = /^SigCgt:\s+([\da-f]+)$/m.exec(text) ?? [];
  return mask === undefined ? null : ((BigInt(`0x${mask}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

export interface ProcSocket {
  readonly inode: string;
  readonly host: string;
  readonly port: number;
}

/** The state of a TCP socket that listens, and of an UDP one that has no peer. */
const waiting = { tcp: '0A', udp: '07' } as const;

/** The listening rows of `/proc/net/tcp` and `/proc/net/tcp6`, and those of `udp` and `udp6` that anybody may send to. */
export function parseListening(text: string, protocol: Protocol = 'tcp'): ProcSocket[] {
  const sockets: ProcSocket[] = [];
  for (const line of text.split('\n')) {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const [address = '', port = ''] = local.split(':');
    // The header's cells match nothing.
    if (state === waiting[protocol] && inode)
      sockets.push({ inode, host: parseAddress(address), port: Number.parseInt(port, 16) });
  }
  return sockets;
}

/** An address as 32-bit words in the machine's byte order, which on every machine Node runs on is little-endian. */
function parseAddress(hex: string): string {
  const bytes = [...Buffer.from(hex, 'hex')];
  const ordered: number[] = [];
  for (let word = 0; word < bytes.length; word += 4) ordered.push(...bytes.slice(word, word + 4).reverse());
  if (ordered.length === 4) return ordered.join('.');
  const isMapped = ordered.slice(0, 10).every((byte) => byte === 0) && ordered[10] === 0xff && ordered[11] === 0xff;
  if (isMapped) return ordered.slice(12).join('.');
  const groups: string[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((((ordered[at] ?? 0) << 8) | (ordered[at + 1] ?? 0)).toString(16));
  if (groups.every((group) => group === '0')) return '::';
  if (groups.slice(0, 7).every((group) => group === '0') && groups[7] === '1') return '::1';
  return groups.join(':');
}

export interface MachineUnits {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
}

/** `/proc/self/auxv` on a 64-bit machine: pairs of key and value; 6 is the page size, 17 the clock ticks a second. */
export function parseAuxv(auxv: Buffer): MachineUnits {
  let units: MachineUnits = { pageBytes: 4096, ticksPerSecond: 100 };
  for (let at = 0; at + 16 <= auxv.length; at += 16) {
    const key = Number(auxv.readBigUInt64LE(at));
    const value = Number(auxv.readBigUInt64LE(at + 8));
    if (key === 6) units = { ...units, pageBytes: value };
    if (key === 17) units = { ...units, ticksPerSecond: value };
  }
  return units;
}
