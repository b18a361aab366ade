import { execa } from 'execa';
import type { Report } from './editor-host.ts';
import { onPath } from './on-path.ts';

/** Another installation may be under way. */
const lockPatience = 'DPkg::Lock::Timeout=120';

/**
 * Installs packages of Debian, for root.
 * @param wayOut what else can be done, as the end of a sentence
 * @throws {Error} where that is not possible or failed
 */
export async function installFromDebian(
  packages: readonly string[],
  { missing, wayOut, report }: { readonly missing: string; readonly wayOut: string; readonly report: Report },
): Promise<void> {
  if (process.getuid?.() !== 0 || onPath('apt-get') === undefined) throw new Error(`${missing}: ${wayOut}`);
  report(`installing ${packages.join(' and ')} with apt-get`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', '-o', lockPatience, ...packages]]) {
    const result = await execa('apt-get', args, { env, all: true, reject: false });
    if (result.failed) throw new Error(`apt-get ${args.join(' ')} failed: ${wayOut}\n${result.all}`);
  }
}
