import { applyEdits } from '../../master/config/apply-edits.ts';
import { describeFilled } from '../../master/config/fill-block.ts';
import { layOver } from '../../master/config/overlay.ts';
import type { TextEdit } from '../../master/config/problem.ts';
import { otherDeployment, type Switch, switchIn } from '../../master/config/switch-deployment.ts';
import { switchInOverlay } from '../../master/config/switch-in-overlay.ts';
import { WorkersDocument } from '../../master/config/workers-document.ts';
import { type OpenDocument, type OpenWorkersFile, type Places, rangeOf } from '../document.ts';
import type { SwitchDeploymentParams, SwitchDeploymentResult } from '../protocol.ts';

/** The edits that make workers run the other way. */
export function switchDeployment(
  document: OpenDocument | undefined,
  params: Pick<SwitchDeploymentParams, 'ids' | 'to' | 'overlay'>,
): SwitchDeploymentResult {
  if (document?.kind !== 'workers') {
    return { edits: [], switched: [], refused: ['This is not an open workers file.'] };
  }
  const { ids, to, overlay } = params;
  if (overlay !== undefined) return switchInText(document, ids, to, overlay);
  const { workers, world } = document;
  const results = ids.map((id) => ({ id, result: switchIn(workers, id, to ?? otherOf(workers, id), world) }));
  return answer(
    results,
    document.places,
    results.flatMap(({ result }) => ('edits' in result ? result.edits : [])),
  );
}

/** One after the other, for each is written into what the one before it left; answered as one edit. */
function switchInText(
  { workers, world }: OpenWorkersFile,
  ids: readonly string[],
  to: 'process' | 'module' | undefined,
  overlay: string,
): SwitchDeploymentResult {
  let text = overlay;
  const results = ids.map((id) => {
    const laid = layOver(workers.text, text);
    const whole = WorkersDocument.open('text' in laid ? laid.text : workers.text, world);
    const result = switchInOverlay(workers.text, text, id, to ?? otherOf(whole, id), world);
    if ('edits' in result) text = applyEdits(text, result.edits);
    return { id, result };
  });
  return answer(results, WorkersDocument.open(overlay, world), text === overlay ? [] : [difference(overlay, text)]);
}

function answer(
  results: readonly { readonly id: string; readonly result: Switch }[],
  places: Pick<Places, 'positionAt'>,
  edits: readonly TextEdit[],
): SwitchDeploymentResult {
  return {
    edits: edits.map((edit) => ({ ...rangeOf({ places }, edit), newText: edit.newText })),
    switched: results.flatMap(({ id, result }) => {
      if ('refused' in result) return [];
      return [{ id, ...(result.filled && { filled: describeFilled(result.filled) }) }];
    }),
    refused: results.flatMap(({ result }) => ('refused' in result ? [result.refused] : [])),
  };
}

function otherOf(workers: WorkersDocument, id: string): 'process' | 'module' {
  const type = workers.readingOf(workers.indexOf(id))?.type;
  return type === undefined ? 'module' : otherDeployment(type);
}

/** The one edit that makes a text another one: what both begin and end with stays. */
function difference(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { start: head, end: before.length - tail, newText: after.slice(head, after.length - tail) };
}
