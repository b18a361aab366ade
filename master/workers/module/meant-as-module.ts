import { readFile } from 'node:fs/promises';
import type { ModuleDeployment } from '../../config/deployment.ts';
import { exportedNames } from '../../config/exported-names.ts';
import { isProgram } from './is-program.ts';

/** Told of a program that has ended by itself though it exports something, as modules do; without a full stop. */
export async function meantAsModule(deployment: ModuleDeployment): Promise<string | undefined> {
  if (!isProgram(deployment)) return undefined;
  const { path: file } = deployment;
  const content = await readFile(file).catch(() => undefined);
  const names = (content && exportedNames(file, content)) ?? [];
  const name = names.includes('default') ? 'default' : names[0];
  if (name === undefined) return undefined;
  const listed = names.slice(0, 8).join(', ');
  return `without an entry_point its file is run as a program. It exports ${listed}: write "entry_point: ${name}" to run it as a module`;
}
