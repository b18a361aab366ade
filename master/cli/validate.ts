import path from 'node:path';
import { applyFixes } from '../config/apply-edits.ts';
import type { Problem } from '../config/problem.ts';
import { valueOf } from '../config/syntax/node.ts';
import { readYaml } from '../config/syntax/read-yaml.ts';
import { maskOf, secretsIn, type Mask } from '../secrets/mask.ts';
import { findProblems } from '../world/read-configuration.ts';
import { readText, readTextNow, replaceText } from '../world/text-file.ts';
import { CommandError, UsageError, type Command, type Invocation } from './command.ts';
import { findConfigurationFiles } from './find-configuration-files.ts';
import { findingFormats, type Finding } from './finding-formats.ts';
import { positionsIn } from './text-positions.ts';

export const validateCommand: Command = {
  name: 'validate',
  usage: '[FILE|DIR|GLOB…] [--format text|json|sarif|github] [--fix]',
  summary: 'Says everything that is wrong with workers files and package manifests; --fix mends what is obvious.',
  options: {
    format: { type: 'string', value: 'FORMAT', about: 'text, json, sarif or github.' },
    fix: { type: 'boolean', about: 'Writes what is obvious, and says what is left.' },
  },
  async run(invocation) {
    const { terminal, positionals, flag } = invocation;
    const format = formatOf(invocation);
    const cwd = terminal.cwd();
    const files = positionals.length === 0 ? [invocation.file()] : findConfigurationFiles(cwd, positionals);
    if (files.length === 0) {
      throw new CommandError(`No workers file or package manifest is named by ${positionals.join(' ')}.`);
    }
    if (flag('fix')) for (const file of files) await fix(file);
    const lines = new Map<string, { readonly written: readonly string[]; readonly mask: Mask }>();
    const findings = files.flatMap((file) => {
      const text = readTextNow(file);
      const shown = path.relative(cwd, file);
      const positionAt = positionsIn(text);
      const mask = maskOf(secretsIn(valueOf(readYaml(text).root)));
      lines.set(shown, { written: text.split(/\r\n|\n|\r/), mask });
      return findProblems(file, text).map((problem) => findingOf(shown, positionAt, problem, mask));
    });
    terminal.stdout.write(
      findingFormats[format](findings, files.length, (file, line) => {
        const { written, mask } = lines.get(file) ?? {};
        const source = written?.[line];
        if (source === undefined || !mask) return undefined;
        const masked = mask.text(source);
        return { text: masked, isMasked: masked !== source };
      }),
    );
    return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function formatOf({ text, json }: Invocation): keyof typeof findingFormats {
  const named = text('format') ?? (json ? 'json' : 'text');
  if (json && named !== 'json') throw new UsageError(`--json is --format json, and was given with --format ${named}.`);
  if (named === 'text' || named === 'json' || named === 'sarif' || named === 'github') return named;
  throw new UsageError(`--format is text, json, sarif or github, not "${named}".`);
}

/** Mends one file. One remedy may uncover another finding, so it reads again until nothing more is obvious. */
async function fix(file: string): Promise<void> {
  const before = await readText(file);
  let text = before;
  for (let round = 0; round < 20; round += 1) {
    const obvious = findProblems(file, text).flatMap(({ fixes }) => fixes.filter(({ preferred }) => preferred));
    const mended = applyFixes(text, obvious);
    if (mended === text) break;
    text = mended;
  }
  if (text !== before) await replaceText(file, text);
}

function findingOf(file: string, positionAt: ReturnType<typeof positionsIn>, problem: Problem, mask: Mask): Finding {
  return {
    file,
    code: problem.code,
    severity: problem.severity,
    message: mask.text(problem.message),
    range: { start: positionAt(problem.start), end: positionAt(problem.end) },
    fixes: problem.fixes.map(({ title }) => mask.text(title)),
  };
}
