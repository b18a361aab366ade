import type { ControllerEnvironment } from './controller-environment.ts';
import type { NativePeril } from './native-peril.ts';
import type { Retries } from './retries.ts';
import type { RunCounts } from './run-counts.ts';
import type { WorkerInstances } from './worker-instances.ts';
import type { WorkerSchedule } from './worker-schedule.ts';
import type { WorkerStatus } from './worker-status.ts';

/** What a controller knows of its worker. */
export interface WorkerParts {
  readonly id: string;
  readonly env: ControllerEnvironment;
  readonly instances: WorkerInstances;
  readonly status: WorkerStatus;
  readonly counts: RunCounts;
  readonly peril: NativePeril;
  readonly retries: Retries;
  readonly schedule: WorkerSchedule;
}
