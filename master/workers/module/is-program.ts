import type { ModuleDeployment } from '../../config/deployment.ts';

/** Without an entry point and not meant to share, a file is a program: run as it is. */
export function isProgram({ entryPoint, isolation }: ModuleDeployment): boolean {
  return entryPoint === undefined && isolation === 'thread';
}

/** A module in a process of its own whose host tells of it as a thread would. */
export function tellsOfItself(hosted: ModuleDeployment | undefined): boolean {
  return hosted !== undefined && !isProgram(hosted);
}
