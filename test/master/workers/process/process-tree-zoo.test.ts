import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { ProcessStage } from '../../../support/process-run.ts';

/** Trees that other supervisors leave behind: after a stop nothing of any is left. */
describe('the whole tree ends with its worker', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let stage: ProcessStage;
  beforeEach(() => {
    stage = new ProcessStage();
  });
  afterEach(() => stage.close());

  const zoo: readonly { readonly what: string; readonly program: string; readonly members: number }[] = [
    { what: 'a leader, child and grandchild that ignore SIGTERM', program: 'ignores-term.mjs', members: 3 },
    { what: 'a leader that exits first', program: 'leader-exits-first.mjs', members: 3 },
    { what: 'a grandchild in a session of its own', program: 'forks-setsid-grandchild.mjs', members: 2 },
    { what: 'a daemon that was forked twice', program: 'double-forks-daemon.mjs', members: 2 },
  ];
  for (const { what, program, members } of zoo) {
    it(`stops ${what}`, async () => {
      const run = await stage.start(stage.worker(program));
      const pids = await stage.members(members);
      assert.deepEqual((await stage.living(pids)).sort(), pids.sort());

      const report = await run.stop(200);

      assert.deepEqual(await stage.living(pids), []);
      assert.equal(report.forced, true);
      assert.match(report.leftovers.join('\n'), /pid \d+\) did not end when asked and was killed/);
    });
  }

  it('clears what a crashed leader left, before its next run', async () => {
    const run = await stage.start(stage.worker('crashes-after-ready.mjs'));
    const [leader = 0, child = 0] = await stage.members(2);
    writeFileSync(path.join(stage.folder, 'go'), '');

    const end = await run.over;
    assert.equal(end.how, 'failure');
    assert.deepEqual(await stage.living([leader, child]), [child]);

    await run.stop(100);
    assert.deepEqual(await stage.living([child]), []);
  });

  it('ends a polite worker without force', async () => {
    const run = await stage.start(stage.worker('says-ready.mjs'));
    await stage.printed('ready');
    assert.deepEqual(await run.stop(20_000), { forced: false, leftovers: [] });
    assert.deepEqual(await run.over, { how: 'exit', code: 0, signal: null });
  });

  it('a stop after the end, and a second one, find nothing', async () => {
    const run = await stage.start(stage.worker('exits.mjs', ['0']));
    await run.over;
    assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
    assert.deepEqual(await run.stop(1000), { forced: false, leftovers: [] });
  });

  it('ends what an earlier master left without a note, before a worker starts', async () => {
    await stage.start(stage.worker('forks-setsid-grandchild.mjs'));
    const former = await stage.members(2);

    await stage.start(stage.worker('says-ready.mjs'), 2);

    assert.deepEqual(await stage.living(former), []);
  });
});
