import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The skill's name, which is its folder's too: agents read no other. */
export const skillName = 'hsu-workers';

/** Where agents look for skills of a project: Claude Code and most others in the first, GitHub Copilot in the second. */
export const skillFolders = ['.claude/skills', '.github/skills', '.agents/skills'];

export interface SkillResult {
  readonly file: string;
  readonly outcome: 'written' | 'up to date' | 'kept: it was changed by hand';
}

/** Writes the skill below a project's folder. A file that somebody changed is kept, unless forced. */
export function writeSkill(project: string, folder: string, text: string, force: boolean): SkillResult {
  const file = path.join(project, folder, skillName, 'SKILL.md');
  const wanted = sealed(text);
  if (existsSync(file)) {
    const there = readFileSync(file, 'utf8');
    if (there === wanted) return { file, outcome: 'up to date' };
    if (!force && !isSealed(there)) return { file, outcome: 'kept: it was changed by hand' };
  }
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, wanted);
  return { file, outcome: 'written' };
}

const seal = /\n<!-- written by "hsu agent init", unchanged: (\w+) -->\n$/;

/** The text with its checksum behind: so a later version knows whether somebody changed it. */
function sealed(text: string): string {
  const body = text.trimEnd();
  return `${body}\n\n<!-- written by "hsu agent init", unchanged: ${checksum(body)} -->\n`;
}

function isSealed(text: string): boolean {
  const found = seal.exec(text);
  return found !== null && found[1] === checksum(text.slice(0, found.index).trimEnd());
}

function checksum(body: string): string {
  return createHash('sha256').update(body.replaceAll('\r\n', '\n')).digest('hex').slice(0, 12);
}
