import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver-types';
import type { WorkersDocument } from '../../master/config/workers-document.ts';
import { atAnchors } from '../../master/config/at-anchors.ts';
import { problemsOfFile } from '../../master/config/overlay-problems.ts';
import type { Problem } from '../../master/config/problem.ts';
import { type OpenDocument, type OpenWorkersFile, rangeOf } from '../document.ts';

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const;

/**
 * Everything wrong with a document: its findings, and at the ids of failed workers why they failed. `below` is the file that
 * the document is laid over, where it is in force: what failed is told there where it is written there too.
 */
export function diagnostics(document: OpenDocument, below?: OpenWorkersFile): Diagnostic[] {
  switch (document.kind) {
    case 'workers':
      return [
        ...mostUrgent(findingsOf(document)).map((one) => diagnostic(document, one)),
        ...failures(document, below),
      ];
    case 'package':
      return document.reading.problems.map((one) => diagnostic(document, one));
    case 'foreign':
      return [];
  }
}

/** More findings than this nobody reads, and no editor shows. */
const most = 1000;

/** All findings, or where there are too many the errors first. */
function mostUrgent(problems: readonly Problem[]): readonly Problem[] {
  if (problems.length <= most) return problems;
  const urgent: Problem[] = [];
  for (const severity of ['error', 'warning', 'information', 'hint'] as const) {
    for (const one of problems) {
      if (urgent.length === most) return urgent;
      if (one.severity === severity) urgent.push(one);
    }
  }
  return urgent;
}

/** What is told of a workers file. */
export function findingsOf({ uri, workers, world }: OpenWorkersFile): readonly Problem[] {
  const { head } = workers.frame;
  const within = workers.anchored > 0;
  const found =
    within || head.includes('&')
      ? atAnchors(workers.problems, () => (within ? workers.text : head), workers, world)
      : workers.problems;
  return problemsOfFile(decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1)), found, world);
}

/** A finding as the editor shows it. */
export function diagnostic(document: OpenDocument, problem: Problem): Diagnostic {
  return {
    range: rangeOf(document, problem),
    severity: severities[problem.severity],
    code: problem.code,
    source: 'hsu',
    message: problem.message,
    ...(problem.related.length > 0 && {
      relatedInformation: problem.related.map((place) => ({
        location: { uri: document.uri, range: rangeOf(document, place) },
        message: place.message,
      })),
    }),
  };
}

function failures(document: OpenWorkersFile, below: OpenWorkersFile | undefined): Diagnostic[] {
  const found: Diagnostic[] = [];
  if (!document.snapshots || (document.over && !below)) return found;
  for (const { id, state, last_error: failure } of document.snapshots.values()) {
    if (state !== 'failed' || !failure) continue;
    if (below && indexOf(below.workers, id) >= 0) continue;
    const index = indexOf(document.workers, id);
    const reading = document.workers.readingOf(index);
    if (!reading?.id) continue;
    const start = document.workers.startOf(index);
    found.push({
      range: rangeOf(document, { start: start + reading.id.start, end: start + reading.id.end }),
      severity: DiagnosticSeverity.Error,
      code: failure.code,
      source: 'hsu',
      message: failure.message,
    });
  }
  return found;
}

/** Where a worker is written: one of several replicas at the id of them all. */
function indexOf(workers: WorkersDocument, id: string): number {
  const index = workers.indexOf(id);
  const [, of, number] = /^(.+)-(\d+)$/.exec(id) ?? [];
  if (index >= 0 || of === undefined) return index;
  const written = workers.indexOf(of);
  return Number(number) <= (workers.readingOf(written)?.replicas ?? 0) ? written : -1;
}
