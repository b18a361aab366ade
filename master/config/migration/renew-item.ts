import { isMap, isSeq, parseDocument } from 'yaml';
import type { TextEdit } from '../problem.ts';
import type { Node } from '../syntax/node.ts';
import { type OldKey, renewWorker } from './old-keys.ts';
import { bodyOf, rewritten } from './rewritten.ts';

export interface Renewed {
  readonly old: readonly OldKey[];
  readonly edits: readonly TextEdit[];
}

/** Keys in old spellings that are not just other words: without one of them there is nothing to look for. */
const hints =
  /\b(?:process_type|worker_type|worker_type_multipliers|restart_policy|restart|context_aware_restart|max_attempts|cooldown_period|restart_delay|backoff_multiplier|strategy|command|executable|arguments|(?:memory|cpu|process|resource)_limits|limits|resources|limit_bytes|limit_percent|max_open_files|check_interval|logging|management|unit)[ \t]*:/;

/** An item in its current spelling; undefined when it has no old one. */
export function renewItem(text: string, node: Node): Renewed | undefined {
  if (!hints.test(text)) return undefined;
  const document = parseDocument(bodyOf(text, node), { prettyErrors: false, logLevel: 'silent' });
  if (document.errors.length > 0) return undefined;
  const worker = isSeq(document.contents) ? document.contents.items[0] : document.contents;
  if (!isMap(worker)) return undefined;
  const old = renewWorker(worker);
  if (old.length === 0) return undefined;
  return { old, edits: rewritten(text, node, document) };
}
