import { megabytes } from '../../lifecycle/megabytes.ts';
import type { WorkerFailure } from '../../lifecycle/worker-snapshot.ts';
import type { HeapGrowth } from './host-protocol.ts';
import type { HostedRun } from './host-thread.ts';

/** Whose code made so much of what was added last filled the memory; with less it cannot be told who did. */
const mostOf = 0.5;

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'code') === 'ERR_WORKER_OUT_OF_MEMORY';
}

/** A full host, as far as it is known how it came to that. */
export interface FullHost {
  readonly members: ReadonlyMap<number, HostedRun>;
  readonly limitBytes: number;
  readonly growth: HeapGrowth | undefined;
  /** Whose code had the loop without a pause while the memory filled, and where: " in spin() (/app/spin.mjs:9)". */
  readonly sight: { readonly member: HostedRun; readonly where: string } | undefined;
}

/** Why each module of a host that had no memory left went down with it. */
export function explainFullHost({
  members,
  limitBytes,
  growth,
  sight,
}: FullHost): ReadonlyMap<HostedRun, WorkerFailure> {
  const filler = sight
    ? { member: sight.member, how: sight.where === '' ? '' : `${sight.where}, which never paused` }
    : growth && fillerOf(members, growth);
  const size = megabytes(limitBytes);
  const ids = [...members.values()].map(({ id }) => id).join(', ');
  const why = filler
    ? `${filler.member.id} filled its memory (${size}).`
    : `its memory (${size}) was full. Which of its modules (${ids}) took most cannot be told. Give those that hold much threads of their own with a limit (module.isolation: thread, limits.memory.max_rss), or raise master.module_host.max_memory.`;
  return new Map(
    [...members.values()].map((member) => [
      member,
      member === filler?.member
        ? filled(member.id, size, filler.how)
        : {
            code: 'host-lost',
            message: `${member.id} went down with the module host it shared: ${why}`,
            ...(filler ? { by: filler.member.id } : {}),
          },
    ]),
  );
}

/** A guess would blame the innocent: most of what was added has to be known, and most of that to be one module's. */
function fillerOf(
  members: ReadonlyMap<number, HostedRun>,
  { byRun, grownBytes }: HeapGrowth,
): { readonly member: HostedRun; readonly how: string } | undefined {
  const known = byRun.reduce((total, [, bytes]) => total + bytes, 0);
  if (known === 0 || known < grownBytes * mostOf) return undefined;
  const [most] = byRun.toSorted(([, one], [, other]) => other - one);
  const member = most && members.get(most[0]);
  if (!member || most[1] < known * mostOf) return undefined;
  const how = `: of the last ${megabytes(Math.max(known, grownBytes))} its code made about ${megabytes(most[1])}`;
  return { member, how };
}

function filled(id: string, size: string, how: string): WorkerFailure {
  const message = `${id} filled the memory of the module host it shares (${size})${how}. The host was ended. Let it hold less, give it a thread of its own with a limit (module.isolation: thread, limits.memory.max_rss), or run it with type: process.`;
  return { code: 'resource-limit', message };
}
