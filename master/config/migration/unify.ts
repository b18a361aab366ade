import { type Document, isMap, isSeq, Lexer, parseDocument, type YAMLSeq } from 'yaml';
import type { TextEdit } from '../problem.ts';
import { hasAlias } from '../syntax/cut-items.ts';
import type { Node } from '../syntax/node.ts';
import { renewWorker } from './old-keys.ts';
import { renewTop } from './renew-file.ts';
import { bodyOf, onlyDifferent, rewritten } from './rewritten.ts';
import { unifiedWorker } from './unify-worker.ts';
import { pairOf, writeDocument } from './yaml-map.ts';

/** The edits that write one worker of the older form in the unified one; none where it is not of that form. */
export function unifyItem(text: string, node: Node): readonly TextEdit[] {
  const body = bodyOf(text, node);
  // What comes in through an alias stands elsewhere, where other workers may use it too.
  if (hasAlias(body)) return [];
  const document = unified(body, ({ contents }) => (isSeq(contents) ? contents : undefined));
  return document ? rewritten(text, node, document) : [];
}

/** The edits that write a whole file in the unified form; none where no worker of it is of the older one. */
export function unifyFile(text: string): readonly TextEdit[] {
  const document = unified(text, ({ contents }) => {
    if (!isMap(contents)) return undefined;
    renewTop(contents);
    const workers = pairOf(contents, 'workers')?.value;
    return isSeq(workers) ? workers : undefined;
  });
  if (!document) return [];
  const written = writeDocument(document, text);
  const edit = onlyDifferent(text, text.includes('\r\n') ? written.replaceAll(/\r?\n/g, '\r\n') : written);
  return edit ? [edit] : [];
}

function unified(text: string, workersOf: (document: Document) => YAMLSeq | undefined): Document | undefined {
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const workers = document.errors.length === 0 ? workersOf(document) : undefined;
  if (!workers) return undefined;
  let changed = false;
  for (const [index, worker] of workers.items.entries()) {
    if (!isMap(worker)) continue;
    renewWorker(worker);
    const made = unifiedWorker(worker, document);
    if (!made) continue;
    workers.items[index] = made;
    changed = true;
  }
  if (!changed) return undefined;
  keepComments(text, document, workers);
  return document;
}

/** Comments of keys that are no more stand before their worker. */
function keepComments(text: string, document: Document, workers: YAMLSeq): void {
  const left = new Map<string, number>();
  for (const { comment } of commentsIn(writeDocument(document, text))) left.set(comment, (left.get(comment) ?? 0) + 1);
  for (const { comment, offset } of commentsIn(text)) {
    const count = left.get(comment) ?? 0;
    left.set(comment, count - 1);
    if (count > 0) continue;
    const worker = workers.items.findLast((one) => isMap(one) && (one.range?.[0] ?? Infinity) <= offset);
    if (!isMap(worker)) continue;
    const before = worker.commentBefore;
    worker.commentBefore = (before === undefined || before === null ? '' : `${before}\n`) + comment.slice(1);
  }
}

function commentsIn(text: string): { readonly comment: string; readonly offset: number }[] {
  const found: { comment: string; offset: number }[] = [];
  let offset = 0;
  let isText = false;
  for (const token of new Lexer().lex(text)) {
    // Marks of the lexer stand for nothing written; the one says that a text follows, which may begin with a #.
    if (/^[\u0002\u0018\u001f]$/.test(token)) {
      isText = token === '\u001f';
      continue;
    }
    if (token.startsWith('#') && !isText) found.push({ comment: token.trimEnd(), offset });
    offset += token.length;
    isText = false;
  }
  return found;
}
