import type { Endpoint, WorkerFailure } from '../../lifecycle/worker-snapshot.ts';

/** Names the folder, to the process of a hosted module. */
export const reportFolderVariable = 'HSU_REPORT_FOLDER';

/**
 * What a module's own process tells of it: a JSON file that is replaced whole, so that it outlives both the process
 * and the master. The master asks for its health by the number in the file beside it.
 */
export interface ModuleReport {
  /** `start()` is done. */
  readonly isUp: boolean;
  readonly endpoints: readonly Endpoint[];
  /** The answer to question `number`; null where the module has no opinion. */
  readonly health?: { readonly number: number; readonly isHealthy: boolean | null };
  /** Why it ended, where it was an error of the module. */
  readonly failure?: WorkerFailure;
  /** The code it ended itself with. */
  readonly exitCode?: number;
}

export const noReport: ModuleReport = { isUp: false, endpoints: [] };

export const reportFile = 'report.json';
export const questionFile = 'question';

/** Undefined for what is no report, such as a text cut short. */
export function readReport(text: string): ModuleReport | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isReport(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isReport(value: unknown): value is ModuleReport {
  if (typeof value !== 'object' || value === null) return false;
  return 'isUp' in value && 'endpoints' in value && Array.isArray(value.endpoints) && value.endpoints.every(isEndpoint);
}

function isEndpoint(value: unknown): value is Endpoint {
  if (typeof value !== 'object' || value === null) return false;
  return ['name', 'type', 'address', 'origin'].every((key) => typeof Reflect.get(value, key) === 'string');
}
