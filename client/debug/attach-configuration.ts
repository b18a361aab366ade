import type { DebugTarget, InspectorTarget } from '../../master/protocol.ts';

/** How the debugger of a worker attaches to it. `attachment` tells its sessions from all others. */
export function attachConfiguration(id: string, target: DebugTarget, attachment: string, ownFolder: string) {
  if (target.kind === 'inspector') return { ...inspectorConfiguration(id, target, ownFolder), attachment };
  return { name: `HSU ${id}`, request: 'attach', ...target.configuration, attachment };
}

/**
 * How VS Code's JavaScript debugger attaches to the thread or process that holds a worker.
 *
 * The children options must be off: on, the debugger would write itself into the environment of everything the master
 * spawns later and hold it at its first line. The address must be a number: `localhost` dials ::1 and fails silently.
 * `restart` must be off: the address of an inspector changes each time it is opened.
 */
function inspectorConfiguration(id: string, target: InspectorTarget, ownFolder: string) {
  return {
    type: 'node',
    request: 'attach',
    name: target.pausesWith.length === 0 ? `HSU ${id}` : `HSU ${id} (pauses with ${target.pausesWith.join(', ')})`,
    websocketAddress: target.websocketAddress,
    address: '127.0.0.1',
    continueOnAttach: true,
    autoAttachChildProcesses: false,
    attachExistingChildren: false,
    restart: false,
    sourceMaps: true,
    // Breakpoints in the first lines of a start wait until the source map is read.
    pauseForSourceMap: true,
    skipFiles: ['<node_internals>/**', `${slashes(ownFolder)}/**`],
    outFiles: target.sourceFolders.flatMap((folder) => [
      `${slashes(folder)}/**/*.(m|c|)js`,
      `!${slashes(folder)}/**/node_modules/**`,
    ]),
    // Not the default, which leaves out every folder under a `node_modules`, where a package may well be installed.
    resolveSourceMapLocations: target.sourceFolders.flatMap((folder) => [
      `${slashes(folder)}/**`,
      `!${slashes(folder)}/**/node_modules/**`,
    ]),
  } as const;
}

/** Globs are written with slashes on every system. */
function slashes(folder: string): string {
  return folder.replaceAll('\\', '/');
}
