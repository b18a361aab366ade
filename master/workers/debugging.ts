import type { ResolvedWorker } from '../config/deployment.ts';
import type { InspectorTarget, Outcome } from '../protocol.ts';
import type { Run } from './worker.ts';

/** What stands still while a debugger holds a worker. */
interface HeldClock {
  pause(): void;
  resume(): void;
}

/** Called with the address where a worker waits for a debugger before its first line. */
export type AwaitDebugger = (websocketAddress: string) => void;

/** While a debugger holds a worker, its clocks stand still: a breakpoint is neither ill health nor a time-out. */
export class Debugging {
  readonly #id: string;
  readonly #changed: () => void;
  readonly #clocks = new Set<HeldClock>();
  #isOn = false;

  constructor(id: string, changed: () => void) {
    this.#id = id;
    this.#changed = changed;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Stands still from now on whenever a debugger holds the worker, until the run is over. */
  watch(clock: HeldClock): void {
    this.#clocks.add(clock);
    if (this.#isOn) clock.pause();
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
    for (const clock of this.#clocks) clock.resume();
    this.#changed();
    await run?.closeInspector();
  }

  /** The run is over. */
  reset(): void {
    this.#isOn = false;
    this.#clocks.clear();
  }

  #begin(): void {
    this.#isOn = true;
    for (const clock of this.#clocks) clock.pause();
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
