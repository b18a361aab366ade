import { otherDeployment, switchIn } from '../../master/config/switch-deployment.ts';
import { type OpenDocument, rangeOf } from '../document.ts';
import type { SwitchDeploymentResult } from '../protocol.ts';

/** The edits that make a worker run the other way. */
export function switchDeployment(
  document: OpenDocument | undefined,
  id: string,
  wanted: 'process' | 'module' | undefined,
): SwitchDeploymentResult {
  if (document?.kind !== 'workers') return { refused: 'This is not an open workers file.' };
  const { workers, world } = document;
  const type = workers.readingOf(workers.indexOf(id))?.type;
  const to = wanted ?? (type === undefined ? 'module' : otherDeployment(type));
  const result = switchIn(workers, id, to, world);
  if ('refused' in result) return result;
  return { to, edits: result.edits.map((edit) => ({ ...rangeOf(document, edit), newText: edit.newText })) };
}
