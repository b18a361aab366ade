import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** States a gutter tells apart, by shape first: a coloured dot would be taken for a breakpoint. */
export type GutterState = 'running' | 'warning' | 'failed' | 'busy' | 'stopped';

export function gutterState(worker: Pick<WorkerSnapshot, 'state' | 'health'>): GutterState {
  switch (worker.state) {
    case 'running':
      return worker.health === 'degraded' || worker.health === 'unhealthy' ? 'warning' : 'running';
    case 'failed':
      return 'failed';
    case 'initializing':
    case 'starting':
    case 'stopping':
      return 'busy';
    case 'uninitialized':
    case 'initialized':
    case 'stopped':
      return 'stopped';
  }
}

export const gutterStates: readonly GutterState[] = ['running', 'warning', 'failed', 'busy', 'stopped'];

/** What each looks like, as the inside of a picture of 16 by 16, drawn in strokes. */
export const gutterShapes: Record<GutterState, string> = {
  running: '<path d="M3 8.5l3.2 3.2L13 4.8"/>',
  warning: '<path d="M8 2.5L14.2 13.5H1.8Z"/><path d="M8 6.5v3.2M8 11.4v.4"/>',
  failed: '<path d="M4 4l8 8M12 4l-8 8"/>',
  busy: '<path d="M4.5 2.5h7M4.5 13.5h7M5 2.5c0 3 3 4 3 5.5s-3 2.5-3 5.5M11 2.5c0 3-3 4-3 5.5s3 2.5 3 5.5"/>',
  stopped: '<circle cx="8" cy="8" r="4.5"/>',
};
