import { usePackageVersion } from '../config/use-package-version.ts';
import type { TextEdit } from '../config/problem.ts';
import type { Installation } from './installation.ts';

export interface Rollback {
  readonly from: string;
  readonly to: string;
  readonly edits: readonly TextEdit[];
}

/**
 * The edits that let the workers name the version that was installed before the one they name now; both stay installed.
 * `installed` is oldest first.
 * @throws {Error} where there is none
 */
export function rollbackOf(text: string, name: string, installed: readonly Installation[]): Rollback {
  const versions = installed.filter((one) => one.name === name).map(({ version }) => version);
  const at = versions.findLastIndex((version) => usePackageVersion(text, name, version, version).length > 0);
  const from = versions[at];
  const to = versions[at - 1];
  if (from === undefined) throw new Error(`No worker names an installed version of ${name}: "hsu package list".`);
  if (to === undefined) throw new Error(`${name}:${from} is the first that was installed: there is none before.`);
  return { from, to, edits: usePackageVersion(text, name, from, to) };
}
