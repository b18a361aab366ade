/** How one of the editor's debuggers attaches: what stands in a launch.json, without the process. */
export interface DebuggerConfiguration {
  readonly type: string;
  readonly [setting: string]: unknown;
}

const placeholder = '{pid}';

/** What debuggers call the process; most call it `processId`. */
const names: Readonly<Record<string, string>> = { lldb: 'pid', 'lldb-dap': 'pid' };

/** The configuration with the process filled in: for `{pid}` wherever it stands, else under the debugger's name for it. */
export function withProcess(configuration: DebuggerConfiguration, pid: number): DebuggerConfiguration {
  const whole = { request: 'attach', ...(configuration.type === 'go' && { mode: 'local' }), ...configuration };
  if (!JSON.stringify(whole).includes(placeholder))
    return { ...whole, [names[configuration.type] ?? 'processId']: pid };
  return {
    ...Object.fromEntries(Object.entries(whole).map(([key, value]) => [key, filled(value, pid)])),
    type: whole.type,
  };
}

function filled(value: unknown, pid: number): unknown {
  if (typeof value === 'string') return value === placeholder ? pid : value.replaceAll(placeholder, String(pid));
  if (Array.isArray(value)) return value.map((item) => filled(item, pid));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, pid)]));
}
