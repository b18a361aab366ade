import { describeWorker } from '../../master/lifecycle/describe-worker.ts';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** Whether each word of a filter stands in what is said of a worker: "failed", "module api". No words let all through. */
export function matchesFilter(worker: WorkerSnapshot, filter: string): boolean {
  const { name, description, tags, group } = worker;
  const said = [describeWorker(worker), worker.package, group, name, description, ...tags].join(' ').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
