import { runProgram, type RunProgram } from './table/run-program.ts';

/** Tells the process of a service; undefined when it does not run, or nobody knows it. */
export type ServicePid = (name: string) => Promise<number | undefined>;

/** The service manager of an operating system: systemd, launchd or that of Windows. */
export function serviceManager(platform: NodeJS.Platform = process.platform, run: RunProgram = runProgram): ServicePid {
  return async (name) => {
    const [program, ...args] = queryOf(platform, name);
    // `MainPID=4711` of systemctl, `"PID" = 4711;` of launchctl, `PID : 4711` of sc; 0 means that it does not run.
    const pid = Number(/\b(?:MainPID|PID)"?\s*[=:]\s*(\d+)/.exec(await run(program, args))?.[1] ?? 0);
    return pid > 1 ? pid : undefined;
  };
}

function queryOf(platform: NodeJS.Platform, name: string): readonly [string, ...string[]] {
  if (platform === 'win32') return ['sc.exe', 'queryex', name];
  if (platform === 'darwin') return ['launchctl', 'list', name];
  return ['systemctl', 'show', '--property=MainPID', '--', name];
}
