import type { DiscoveryConfig } from '../../config/worker-config.ts';

/** Why a signal may not be sent, as a sentence without its full stop; undefined where it may. */
export type SignalRefusal = (signal: NodeJS.Signals) => string | undefined;

/** What `allowed_signals` refuses: nothing where it is not written. */
export function refusedSignals(id: string, allowed: DiscoveryConfig['allowedSignals']): SignalRefusal {
  return (signal) => {
    if (!allowed || allowed.some((one) => one === signal)) return undefined;
    const which = allowed.length === 0 ? 'allows none' : `allows only ${allowed.join(', ')}`;
    return `${id} may not be sent ${signal}, because allowed_signals ${which}`;
  };
}
