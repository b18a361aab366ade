import { megabytes } from './megabytes.ts';
import type { LimitInForce } from './worker-snapshot.ts';

/** A limit, who holds the worker to it, and why the kernel does not where it was asked: "memory 96 MB: held by cgroup v2". */
export function describeLimit({ resource, limit, enforced_by: by, why, state }: LimitInForce): string {
  const holder = { watching: 'watched by the master', nobody: 'held by nobody', priority: 'set' } as const;
  const held = by === 'watching' || by === 'nobody' || by === 'priority' ? holder[by] : `held by ${by}`;
  const where = state === 'within' ? '' : `, ${state === 'over' ? 'exceeded' : 'near'}`;
  return `${resource.replaceAll('_', ' ')} ${amountOf(resource, limit)}: ${held}${why === null ? '' : ` (${why})`}${where}`;
}

function amountOf(resource: LimitInForce['resource'], limit: number): string {
  switch (resource) {
    case 'memory':
    case 'virtual_memory':
    case 'swap':
      return megabytes(limit);
    case 'read_bps':
    case 'write_bps':
      return `${megabytes(limit)}/s`;
    case 'read_ops':
    case 'write_ops':
      return `${limit}/s`;
    case 'cpu':
      return `${limit} % of a core`;
    case 'cpu_time':
      return `${limit / 1000} s`;
    default:
      return String(limit);
  }
}
