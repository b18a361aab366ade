import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';

/**
 * Gives `work` an empty folder on the disk of the packages, to be filled and moved from or moved into; what is left of it
 * vanishes. It lies too deep to be found as a package.
 */
export async function withDraft(packages: string, work: (draft: string) => Promise<void>): Promise<void> {
  const drafts = path.join(packages, '.drafts');
  const made = await mkdir(drafts, { recursive: true });
  const own = await mkdtemp(path.join(drafts, 'draft-'));
  try {
    const draft = path.join(own, 'content');
    await mkdir(draft);
    await work(draft);
  } finally {
    await rm(own, { recursive: true, force: true });
    // Fails while another draft is in work, which then removes it.
    await rmdir(drafts).catch(() => undefined);
    // Nor is an empty folder of packages left where there was none; one that holds some stays.
    if (made !== undefined && made !== drafts) await rmdir(packages).catch(() => undefined);
  }
}
