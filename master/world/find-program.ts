import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { statOf } from './stat-of.ts';

export interface ProgramPlaces {
  readonly platform: NodeJS.Platform;
  isProgram(file: string): boolean;
}

const thisMachine: ProgramPlaces = { platform: process.platform, isProgram };

/** The absolute path of a program on the PATH; null when there is none. `node` is always found: it runs this. */
export function findProgram(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  places: ProgramPlaces = thisMachine,
): string | null {
  const windows = places.platform === 'win32';
  const { join, delimiter } = windows ? path.win32 : path.posix;
  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = windows ? windowsEndings(name, environment) : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const file = join(folder, name + ending);
      if (places.isProgram(file)) return file;
    }
  }
  return name === 'node' && places === thisMachine ? process.execPath : null;
}

/** A name that has one of the endings is looked for as it is first. */
function windowsEndings(name: string, environment: Readonly<Record<string, string | undefined>>): string[] {
  const endings = (environment['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((ending) => ending !== '');
  const complete = endings.some((ending) => name.toLowerCase().endsWith(ending.toLowerCase()));
  return complete ? ['', ...endings] : endings;
}

function isProgram(file: string): boolean {
  if (!statOf(file)?.isFile()) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
