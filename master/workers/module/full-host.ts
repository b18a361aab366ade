import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import type { HeapGrowth } from './host-protocol.ts';
import type { HostedRun } from './host-thread.ts';

/** Whose code made so much of what was added last filled the memory; with less it cannot be told who did. */
const mostOf = 0.5;

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** Why each module of a host that had no memory left went down with it. */
export function explainFullHost(
  members: ReadonlyMap<number, HostedRun>,
  growth: HeapGrowth | undefined,
): ReadonlyMap<HostedRun, WorkerFailure> {
  const filler = growth && fillerOf(members, growth);
  const size = growth ? ` (${megabytes(growth.limitBytes)})` : '';
  const ids = [...members.values()].map(({ id }) => id).join(', ');
  const why = filler
    ? `${filler.member.id} filled its memory${size}.`
    : `its memory${size} was full. Which of its modules (${ids}) took most cannot be told. Give those that hold much threads of their own with a limit (module.isolation: thread, limits.memory.max_rss), or raise master.module_host.max_memory.`;
  return new Map(
    [...members.values()].map((member) => [
      member,
      member === filler?.member
        ? filled(member.id, size, filler)
        : {
            code: 'host-lost',
            message: `${member.id} went down with the module host it shared: ${why}`,
            ...(filler ? { by: filler.member.id } : {}),
          },
    ]),
  );
}

interface Filler {
  readonly member: HostedRun;
  readonly bytes: number;
  readonly ofBytes: number;
}

/** A guess would blame the innocent: most of what was added has to be known, and most of that to be one module's. */
function fillerOf(members: ReadonlyMap<number, HostedRun>, { byRun, grownBytes }: HeapGrowth): Filler | undefined {
  const known = byRun.reduce((total, [, bytes]) => total + bytes, 0);
  if (known === 0 || known < grownBytes * mostOf) return undefined;
  const [most] = byRun.toSorted(([, one], [, other]) => other - one);
  const member = most && members.get(most[0]);
  if (!member || most[1] < known * mostOf) return undefined;
  return { member, bytes: most[1], ofBytes: Math.max(known, grownBytes) };
}

function filled(id: string, size: string, { bytes, ofBytes }: Filler): WorkerFailure {
  const message = `${id} filled the memory of the module host it shares${size}: of the last ${megabytes(ofBytes)} its code made about ${megabytes(bytes)}. The host was ended. Let it hold less, give it a thread of its own with a limit (module.isolation: thread, limits.memory.max_rss), or run it with type: process.`;
  return { code: 'resource-limit', message };
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2)} MB`;
}
