import { page, shorten } from '../bounded.ts';
import { schemaOf } from '../input.ts';
import type { AgentTool } from '../tool.ts';
import { fixesOf, placeOf, readWorkersText } from '../workers-text.ts';

export const validateWorkersFile: AgentTool = {
  name: 'validate_workers_file',
  title: 'Validate the workers file',
  description:
    'Everything wrong with the saved workers file, as the editor and "hsu validate" say it: line, message, and fixes with ids for apply_fix. Use it after editing the file and before apply_configuration. It runs nothing.',
  input: schemaOf({
    cursor: { type: 'integer', description: 'next_cursor of the answer before.', minimum: 0, maximum: 100_000 },
  }),
  readOnly: true,
  async run({ host, input }) {
    const file = await readWorkersText(host.file);
    const fixes = fixesOf(file);
    const findings = file.problems.map((problem) => ({
      code: problem.code,
      severity: problem.severity,
      ...placeOf(file.text, problem.start),
      ...(problem.workerId === undefined ? {} : { worker: problem.workerId }),
      message: shorten(problem.message, 300),
      fixes: fixes
        .filter((known) => known.problem === problem)
        .slice(0, 4)
        .map(({ id, fix }) => ({ id, title: shorten(fix.title, 100), ...(fix.preferred ? { preferred: true } : {}) })),
    }));
    const { shown, next } = page(findings, input.number('cursor') ?? 0, 3_300);
    const errors = findings.filter(({ severity }) => severity === 'error').length;
    return {
      file: host.file,
      workers: file.workers.length,
      errors,
      findings: shown,
      ...(next === undefined ? {} : { next_cursor: next, findings_in_all: findings.length }),
    };
  },
};
