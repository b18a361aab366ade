/** How one of the editor's debuggers attaches: what stands in a launch.json, without the process. */
export interface DebuggerConfiguration {
  readonly type: string;
  readonly [setting: string]: unknown;
}

/** What a debugger can be told of a process. */
export interface DebuggedProcess {
  readonly id: string;
  readonly pid: number;
  /** The port the master handed out; undefined where it was asked for none. */
  readonly port: number | undefined;
}

/** `{pid}` and `{port}`, also written as the variables of a launch.json. */
const places = /\$?\{(pid|port)\}/g;

/** What debuggers call the process; most call it `processId`. */
const names: Readonly<Record<string, string>> = { lldb: 'pid', 'lldb-dap': 'pid' };

/** Settings of the known debuggers that say by themselves what to attach to: a process, or where it waits for them. */
const targets = ['processId', 'pid', 'connect', 'listen', 'host', 'port', 'address', 'gdb-remote-port', 'target'];

/**
 * The configuration with the process filled in: wherever `{pid}` and `{port}` stand, and under the debugger's name for it
 * where nothing says what to attach to.
 * @throws {Error} where `{port}` stands and the process has none
 */
export function withProcess(configuration: DebuggerConfiguration, worker: DebuggedProcess): DebuggerConfiguration {
  const whole = { request: 'attach', ...(configuration.type === 'go' && { mode: 'local' }), ...configuration };
  const saysTarget = JSON.stringify(whole).search(places) >= 0 || targets.some((setting) => setting in whole);
  if (saysTarget || whole.request !== 'attach') return { ...filledIn(whole, worker), type: whole.type };
  return { ...whole, [names[configuration.type] ?? 'processId']: worker.pid };
}

function filledIn(settings: object, worker: DebuggedProcess): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, filled(value, worker)]));
}

function filled(value: unknown, worker: DebuggedProcess): unknown {
  if (typeof value === 'string') {
    const text = value.replaceAll(places, (_, name) => String(name === 'pid' ? worker.pid : portOf(worker)));
    // What stands alone is a number, as debuggers want it.
    return value.replace(places, '') === '' && text !== '' ? Number(text) : text;
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, worker));
  return typeof value === 'object' && value !== null ? filledIn(value, worker) : value;
}

function portOf({ id, port }: DebuggedProcess): number {
  if (port !== undefined) return port;
  throw new Error(
    `The "debug" of ${id}'s package has {port}, but the master handed ${id} none: write {port} among its arguments, or the port itself in "debug".`,
  );
}
