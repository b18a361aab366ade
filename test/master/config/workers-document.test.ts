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

  it('offers two invalid ids that are alike names of their own, however long', () => {
    const long = 'a'.repeat(70);
    const ids = ['my worker', 'my  worker', 'my worker 2', `${long}b`, `${long}c`];
    const worker = (id: string) => `  - { id: ${id}, type: process, execution: { executable_path: node } }\n`;
    const { problems } = WorkersDocument.open(`workers:\n${ids.map(worker).join('')}`, world);
    const titles = problems.filter(({ code }) => code === 'HSU202').map(({ fixes }) => fixes[0]?.title);
    assert.deepEqual(titles, [
      'Change to "my-worker"',
      'Change to "my-worker-2"',
      'Change to "my-worker-3"',
      `Change to "${'a'.repeat(64)}"`,
      `Change to "${'a'.repeat(62)}-2"`,
    ]);
  });

  describe('that is wrong all over', () => {
    const many = (each: (index: number) => string) =>
      `workers:\n${Array.from({ length: 1000 }, (_, index) => each(index)).join('')}`;

    it('is read and judged in steps, and comes to the same however often it is interrupted', () => {
      const text = many(() => '  - { id: same, type: process, execution: { executable_path: ./no }, port: 80 }\n');
      const document = WorkersDocument.open(text, world);
      let isStopped = true;
      let stops = 0;
      while (!document.readSome(() => (isStopped = !isStopped))) stops++;
      // Once for two workers that are read; then for their own findings, and for those of two rules about all of them.
      assert.ok(stops > 500 + (3 * 1000) / 256 / 2, `stopped ${stops} times`);
      assert.deepEqual(document.problems, WorkersDocument.open(text, world).problems);
      assert.ok(document.problems.length > 2000);
    });

    it('offers ids for the first unknown ones, and for each as often as it is named', () => {
      const text = many((index) => {
        const wanted = `somebody_${index < 500 ? 0 : index}`;
        return `  - { id: somebody-${index}, type: process, execution: { executable_path: node }, depends_on: [${wanted}] }\n`;
      });
      const found = WorkersDocument.open(text, world).problems.filter(({ code }) => code === 'HSU203');
      const isOffered = found.map(({ fixes }) => fixes.some(({ title }) => title.startsWith('Change to ')));
      assert.deepEqual([found.length, isOffered.indexOf(false), isOffered.lastIndexOf(true)], [1000, 549, 548]);
    });
  });
});
