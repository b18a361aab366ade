import path from 'node:path';
import { applyEdits } from '../config/apply-edits.ts';
import type { Filled } from '../config/fill-block.ts';
import { overlayName } from '../config/overlay.ts';
import { type Switch, switchDeployment } from '../config/switch-deployment.ts';
import { switchInOverlay } from '../config/switch-in-overlay.ts';
import { worldOf } from './read-configuration.ts';
import { readText } from './text-file.ts';
import { codeOf } from './why-refused.ts';

/** What switching a worker changes on the disk, before it is written. */
export interface PlannedSwitch {
  /** The one file that changes: the workers file, or the overlay where there is an environment. */
  readonly file: string;
  /** Empty where the file is to be created. */
  readonly before: string;
  readonly after: string;
  readonly filled?: Filled;
}

/** Changes nothing. Rejects when the workers file cannot be read. */
export async function planSwitch(
  file: string,
  environment: string | undefined,
  id: string,
  to: 'process' | 'module',
): Promise<PlannedSwitch | { readonly refused: string }> {
  const text = await readText(file);
  const world = worldOf(file);
  if (environment === undefined) return planned(file, text, switchDeployment(text, id, to, world));
  const overlay = path.join(path.dirname(file), overlayName(path.basename(file), environment));
  const before = await readText(overlay).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  });
  return planned(overlay, before, switchInOverlay(text, before, id, to, world));
}

function planned(file: string, before: string, change: Switch): PlannedSwitch | { readonly refused: string } {
  if ('refused' in change) return change;
  const after = applyEdits(before, change.edits);
  return { file, before, after, ...(change.filled && { filled: change.filled }) };
}
