import { createHash } from 'node:crypto';
import type { WorkersFile } from '../config/deployment.ts';
import type { Fix, Problem } from '../config/problem.ts';
import { readWorkersFile } from '../config/read-workers-file.ts';
import { worldOf } from '../world/read-configuration.ts';
import { readText } from '../world/text-file.ts';
import { AgentError } from './agent-error.ts';
import { secretsOf } from '../secrets/secrets-of.ts';

/** A workers file as it stands on the disk, and what it means. */
export interface WorkersText extends WorkersFile {
  readonly text: string;
}

/** Throws an AgentError when it cannot be read. */
export async function readWorkersText(file: string): Promise<WorkersText> {
  const text = await readText(file).catch((error: unknown) => {
    throw new AgentError(error instanceof Error ? error.message : String(error));
  });
  return { text, ...readWorkersFile(text, worldOf(file)) };
}

/** A remedy that `apply_fix` can find again, as long as the text it mends stands as it was. */
export interface KnownFix {
  readonly id: string;
  readonly fix: Fix;
  readonly problem: Problem;
}

export function fixesOf({ text, problems }: WorkersText): readonly KnownFix[] {
  const seen = new Map<string, number>();
  return problems.flatMap((problem) =>
    problem.fixes.map((fix) => {
      const edits = fix.edits.map(({ start, end, newText }) => [text.slice(start, end), newText]);
      const facts = JSON.stringify([problem.code, problem.workerId, fix.title, edits]);
      const name = `${problem.code}-${createHash('sha256').update(facts).digest('hex').slice(0, 6)}`;
      const count = (seen.get(name) ?? 0) + 1;
      seen.set(name, count);
      return { id: count === 1 ? name : `${name}-${count}`, fix, problem };
    }),
  );
}

/** One-based. */
export function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** The secret values that the file and this process' environment hold: output of workers may repeat them. */
export async function secretsOfFile(file: string): Promise<readonly string[]> {
  return secretsOf(await readWorkersText(file).catch(() => ({ workers: [] })));
}
