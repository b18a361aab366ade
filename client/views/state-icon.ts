import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';

/** A codicon and a theme colour: shape and colour both tell the state, and users know them from the Testing view. */
export interface StateIcon {
  readonly icon: string;
  readonly color?: string;
}

const stopped: StateIcon = { icon: 'circle-outline', color: 'descriptionForeground' };
const busy: StateIcon = { icon: 'loading~spin' };
const passed: StateIcon = { icon: 'pass', color: 'testing.iconPassed' };
const warning: StateIcon = { icon: 'warning', color: 'list.warningForeground' };
const held: StateIcon = { icon: 'debug-pause', color: 'list.warningForeground' };
const failed: StateIcon = { icon: 'error', color: 'list.errorForeground' };

export function stateIcon(
  worker: Pick<WorkerSnapshot, 'state' | 'health' | 'debugging' | 'held' | 'enabled'>,
): StateIcon {
  switch (worker.state) {
    case 'running':
      if (worker.debugging) return { icon: 'debug-alt', color: 'debugIcon.startForeground' };
      if (worker.held) return held;
      return worker.health === 'degraded' || worker.health === 'unhealthy' ? warning : passed;
    case 'failed':
      return failed;
    case 'initializing':
    case 'starting':
    case 'stopping':
      return busy;
    case 'uninitialized':
    case 'initialized':
    case 'stopped':
      return worker.enabled ? stopped : { icon: 'circle-slash', color: 'disabledForeground' };
  }
}

/** The worst of several, as a group row shows it. Stopped is never painted green. */
export function worstIcon(icons: readonly StateIcon[]): StateIcon {
  const has = (icon: StateIcon) => icons.find((each) => each.icon === icon.icon);
  return (
    has(failed) ?? has(held) ?? has(warning) ?? has(busy) ?? (icons.length > 0 && icons.every(isUp) ? passed : stopped)
  );
}

function isUp({ icon }: StateIcon): boolean {
  return icon === passed.icon || icon === 'debug-alt';
}
