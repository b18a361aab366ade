import assert from 'node:assert/strict';
import { WorkersDocument } from '../../../master/config/workers-document.ts';
import { memoryWorld } from '../../support/memory-world.ts';

const world = memoryWorld({
  '/work/package.yaml': {
    text: 'name: tools\nversion: 1.2.3\nsupported_types: [process]\nprocess: {executable_path: t}\n',
  },
});
describe('WorkersDocument', () => {
  it('follows aliases to anchors before the list', () => {
    const text = 'x-base: &base\n  type: process\n  package: tools\nworkers:\n  - <<: *base\n    id: m\n';
    const document = WorkersDocument.open(text, world);
    assert.deepEqual(
      document.problems.filter(({ code }) => code !== 'HSU402'),
      [],
    );
    assert.equal(document.readingOf(0)?.packageName, 'tools');
  });

  describe('when one character is damaged', () => {
    // No two ids are one character apart.
    const ids = ['alpha', 'bravo', 'charlie', 'delta', 'echo'];
    const worker = (id: string, index: number) =>
      `  - id: ${id}\n    type: process # ${index}\n    execution:\n      executable_path: "./run-${index}"\n      args: [a, "b"]\n    start_timeout: 30\n    depends_on:\n      - ${ids[0]}\n`;
    const base = WorkersDocument.open(
      `# workers\nworkers:\n${ids.map(worker).join('')}log_collection:\n  enabled: 1\n`,
      world,
    );
    const newTexts = ['', ...'x0 \n\t"\'#:-[]{},&*!|>%@`?~\\=$é'];

    /** Findings of the other workers, each with its place within its worker. */
    const others = (document: WorkersDocument, victim: number) =>
      document.problems
        .filter(({ workerId }) => workerId !== undefined && workerId !== ids[victim] && ids.includes(workerId))
        .map(({ code, workerId = '', message, start, end }) => {
          const index = document.indexOf(workerId);
          const from = document.startOf(index) + (document.readingOf(index)?.id?.start ?? 0);
          return `${workerId} ${code} ${start - from}-${end - from} ${message}`;
        })
        .join('\n');

    for (const [victim, id] of ids.entries()) {
      // What waits for a worker whose id is gone has to say so: that is no damage but its consequence.
      if (victim === 0) continue;
      it(`the findings of all but ${id} stay`, function () {
        this.timeout(120_000);
        const expected = others(base, victim);
        assert.match(expected, /HSU402.*\n.*HSU501/);
        let rounds = 0;
        const lost: string[] = [];
        for (let at = base.startOf(victim); at < base.endOf(victim) - 1; at++) {
          for (const newText of newTexts) {
            rounds++;
            const damaged = base.edit([{ start: at, end: at + 1, newText }]);
            if (others(damaged, victim) !== expected) lost.push(JSON.stringify([at - base.startOf(victim), newText]));
          }
        }
        assert.ok(lost.length / rounds <= 0.001, `${lost.length} of ${rounds}: ${lost.slice(0, 20).join(' ')}`);
      });
    }
  });
});
