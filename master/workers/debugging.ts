import type { ResolvedWorker } from '../config/deployment.ts';
import type { InspectorTarget, Outcome } from '../protocol.ts';
import type { HeldClocks } from './held-clocks.ts';
import type { Run } from './worker.ts';

/** Called with the address where a worker waits for a debugger before its first line. */
export type AwaitDebugger = (websocketAddress: string) => void;

/** While a debugger holds a worker, its clocks stand still: a breakpoint is neither ill health nor a time-out. */
export class Debugging {
  readonly #id: string;
  readonly #changed: () => void;
  readonly #clocks: HeldClocks;
  #isOn = false;

  constructor(id: string, clocks: HeldClocks, changed: () => void) {
    this.#id = id;
    this.#clocks = clocks;
    this.#changed = changed;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Opens the inspector of a run in progress; resolves to its address. */
  async attach(run: Run): Promise<string> {
    const address = await run.openInspector({});
    this.#begin();
    return address;
  }

  /** A debugger of its own holds the process from now on. */
  attachOther(): void {
    this.#begin();
  }

  /** Resolves to the address as soon as the worker waits there; the start goes on when a debugger has attached. */
  holdStart(start: (held: AwaitDebugger) => Promise<Outcome>): Promise<string> {
    return new Promise((resolve, reject) => {
      const held = (address: string) => {
        this.#begin();
        resolve(address);
      };
      start(held).then(
        // Also where the worker ran or failed without ever waiting for a debugger.
        (outcome) => reject(new Error(`${this.#id} was not held for a debugger: ${outcome.message}`)),
        reject,
      );
    });
  }

  async end(run: Run | undefined): Promise<void> {
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#clocks.release(this);
    this.#changed();
    await run?.closeInspector();
  }

  /** The run is over. */
  reset(): void {
    this.#isOn = false;
  }

  #begin(): void {
    this.#isOn = true;
    this.#clocks.hold(this);
    this.#changed();
  }
}

export function inspectorTarget(
  websocketAddress: string,
  { deployment }: ResolvedWorker,
  run: Run | undefined,
): InspectorTarget {
  const fate = run?.fate;
  return {
    kind: 'inspector',
    websocketAddress,
    sourceFolders: deployment.kind === 'module' ? [deployment.folder] : [],
    pausesWith: fate?.scope === 'host' ? fate.with : [],
  };
}
