import {
  type CodeAction,
  CodeActionKind,
  type Diagnostic,
  type Range,
  type TextEdit,
} from 'vscode-languageserver-types';
import type { Problem, TextEdit as OffsetEdit } from '../../master/config/problem.ts';
import { otherDeployment, switchIn } from '../../master/config/switch-deployment.ts';
import { entryOf, isNull, nodeAt, textOf } from '../../master/config/syntax/node.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf, textOfDocument } from '../document.ts';
import { diagnostic, findingsOf } from './diagnostics.ts';
import { offeredRefactorings } from './refactorings.ts';

/** For how many findings remedies are offered one by one: of more nobody picks from a menu. */
const mostInMenu = 100;

/** Remedies for the findings of a range, and what else can be done with the worker there. */
export function codeActions(document: OpenDocument, range: Range, wanted: readonly string[] | undefined): CodeAction[] {
  if (document.kind === 'foreign') return [];
  const start = document.places.offsetAt(range.start);
  const end = document.places.offsetAt(range.end);
  const wants = (kind: string) => !wanted || wanted.some((one) => kind === one || kind.startsWith(`${one}.`));
  const problems = document.kind === 'workers' ? findingsOf(document) : document.reading.problems;
  const here = problems.filter((one) => one.start <= end && start <= one.end).slice(0, mostInMenu);
  const actions: CodeAction[] = [];
  if (wants(CodeActionKind.QuickFix)) {
    for (const problem of here) actions.push(...remedies(document, problem));
    for (const problem of here) actions.push(...silencing(document, problem));
  }
  if (wants(CodeActionKind.SourceFixAll)) actions.push(...fixAll(document, problems));
  if (document.kind === 'workers') {
    if (wants(CodeActionKind.RefactorRewrite)) actions.push(...rewrites(document, start));
    actions.push(...offeredRefactorings(document, start, wants));
  }
  return actions;
}

function remedies(document: OpenDocument, problem: Problem): CodeAction[] {
  const diagnostics: Diagnostic[] = [diagnostic(document, problem)];
  return problem.fixes.map((fix) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics,
    ...(fix.preferred && { isPreferred: true }),
    edit: { changes: { [document.uri]: editsOf(document, fix.edits) } },
  }));
}

/** A comment at the end of the line; what is no valid YAML cannot be silenced. */
function silencing(document: OpenDocument, problem: Problem): CodeAction[] {
  if (/^HSU00[12]$/.test(problem.code)) return [];
  const text = textOfDocument(document);
  const newline = text.indexOf('\n', problem.start);
  const lineEnd = newline < 0 ? text.length : newline - (text.charAt(newline - 1) === '\r' ? 1 : 0);
  const line = text.slice(text.lastIndexOf('\n', problem.start - 1) + 1, lineEnd);
  if (/[|>][-+\d]*\s*$/.test(line)) return [];
  const at = { start: lineEnd, end: lineEnd, newText: ` # hsu-disable-line ${problem.code}` };
  return [
    {
      title: `Silence ${problem.code} on this line`,
      kind: CodeActionKind.QuickFix,
      diagnostics: [diagnostic(document, problem)],
      edit: { changes: { [document.uri]: editsOf(document, [at]) } },
    },
  ];
}

/** Every obvious remedy of the file at once; of two that touch the same text the first. */
function fixAll(document: OpenDocument, problems: readonly Problem[]): CodeAction[] {
  const edits = allFixes(problems);
  if (edits.length === 0) return [];
  return [
    {
      title: 'Fix all that can be fixed',
      kind: `${CodeActionKind.SourceFixAll}.hsu`,
      edit: { changes: { [document.uri]: editsOf(document, edits) } },
    },
  ];
}

export function allFixes(problems: readonly Problem[]): OffsetEdit[] {
  // None overlaps another, so their ends rise as their starts do.
  const chosen: OffsetEdit[] = [];
  for (const { fixes } of problems) {
    const fix = fixes.find(({ preferred }) => preferred);
    if (!fix?.edits.every((edit) => isFree(chosen, edit))) continue;
    for (const edit of fix.edits) chosen.splice(firstBehind(chosen, edit.start), 0, edit);
  }
  return chosen;
}

/** Whether an edit overlaps none of the others, and is not one of them. */
function isFree(chosen: readonly OffsetEdit[], { start, end }: OffsetEdit): boolean {
  const at = firstBehind(chosen, start);
  const [before, next] = [chosen[at - 1], chosen[at]];
  return (!next || end <= next.start) && !(before?.start === start && before.end === end);
}

/** Index of the first edit that ends behind an offset. */
function firstBehind(edits: readonly OffsetEdit[], offset: number): number {
  let low = 0;
  let high = edits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edits[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function rewrites(document: OpenWorkersFile, offset: number): CodeAction[] {
  const { workers, world, uri } = document;
  const index = workers.indexAt(offset);
  const item = workers.openItem(index)?.item;
  if (!item?.config || item.id === undefined) return [];
  const actions: CodeAction[] = [];
  const add = (title: string, edits: readonly OffsetEdit[]) =>
    actions.push({
      title,
      kind: CodeActionKind.RefactorRewrite,
      edit: { changes: { [uri]: editsOf(document, edits) } },
    });
  const switched = switchIn(workers, item.id, otherDeployment(item.config.type), world);
  if ('edits' in switched) add(`${switched.title}: ${item.id}`, switched.edits);
  const start = workers.startOf(index);
  const enabled = nodeAt(item.node, 'enabled');
  const newText = item.config.enabled ? 'false' : 'true';
  const title = `${item.config.enabled ? 'Disable' : 'Enable'} ${item.id}`;
  if (enabled && isNull(enabled) && enabled.start === enabled.end) {
    const colon = item.text.indexOf(':', entryOf(item.node, 'enabled')?.key.end);
    add(title, [{ start: start + colon + 1, end: start + colon + 1, newText: ` ${newText}` }]);
  } else if (enabled && (textOf(enabled) !== undefined || isNull(enabled))) {
    add(title, [{ start: start + enabled.start, end: start + enabled.end, newText }]);
  } else if (!enabled) {
    const type = entryOf(item.node, 'type');
    if (type && !type.merged && item.node.flow) {
      const end = start + type.value.end;
      add(title, [{ start: end, end, newText: `, enabled: ${newText}` }]);
    } else if (type && !type.merged) {
      const end = start + type.value.end;
      const column = document.places.positionAt(start + type.key.start).character;
      const newline = workers.textOf(index).includes('\r\n') ? '\r\n' : '\n';
      const at = lineEndOf(workers.text, end);
      add(title, [{ start: at, end: at, newText: `${newline}${' '.repeat(column)}enabled: ${newText}` }]);
    }
  }
  return actions;
}

function lineEndOf(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  if (newline < 0) return text.length;
  return text.charAt(newline - 1) === '\r' ? newline - 1 : newline;
}

function editsOf(document: OpenDocument, edits: readonly OffsetEdit[]): TextEdit[] {
  return edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.newText }));
}
