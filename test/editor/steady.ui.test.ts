import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { twentyIds, twentyWorkers } from '../support/twenty-workers.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** How long things keep changing while a menu is open, and again after it. */
const changingMs = 30_000;

describe('with twenty workers that change all the time', function () {
  this.timeout(180_000);
  const folder = twentyWorkers();
  const workbench = useWorkbench({ folder, size: { width: 1280, height: 1000 } });
  after(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  const [menuRow = '', ...others] = twentyIds.slice(6);
  const five = others.slice(2, 7);
  const selected = async () => {
    const labels = await workbench().page.evaluate<readonly string[]>(selectedRows);
    return labels.map((label) => label.split(',')[0]).toSorted();
  };

  before(async () => {
    const { showView, row, run, open } = workbench();
    await showView();
    await open('workers.yaml');
    await row('w-20, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('Modules, 20/20 running').waitFor();
  });

  it('their rows change', async () => {
    const { row } = workbench();
    const name = () => row('w-20').getAttribute('aria-label');
    const first = await name();
    await until(async () => (await name()) !== first, 'the row of w-20 to change');
  });

  it('a hundred buttons that are pressed meanwhile act each on its own row, though the counts above change too', async () => {
    const { clickInRow, folder, page } = workbench();
    const question = page.locator('.quick-input-widget');
    const lost: string[] = [];
    await withMasterOf(folder, async (master) => {
      let { workers } = master.welcome;
      master.onSnapshots((newest) => (workers = newest));
      const restarts = (id: string) => workers.find((worker) => worker.id === id)?.restarts ?? 0;
      for (let press = 0; press < 100; press++) {
        const id = twentyIds[(press * 7) % twentyIds.length] ?? '';
        const before = restarts(id);
        await clickInRow(`${id}, running`, 'Restart');
        // A command without its row asks which worker is meant.
        const isAsked = () => question.isVisible();
        await until(async () => restarts(id) > before || isAsked(), `${id} to be restarted`);
        if (!(await isAsked())) continue;
        lost.push(`${id} (press ${press})`);
        await page.keyboard.press('Escape');
      }
    });
    assert.deepEqual(lost, []);
    await workbench().row('Modules, 20/20 running').waitFor();
  });

  it('a menu opened on a row still acts on that row after thirty seconds, and a selection of five stays', async () => {
    const { page, row, screenshot } = workbench();
    const [first = '', ...rest] = five;
    // The row's command opens the file: a selection is made beside the label.
    await row(first).click();
    for (const [index, id] of rest.entries()) {
      await row(id).click({ modifiers: ['Control'] });
      const wanted = five.slice(0, index + 2).join();
      await until(async () => (await selected()).join() === wanted, `${wanted} to be shown as selected`);
    }

    await row(menuRow).click({ button: 'right' });
    const stop = page.getByRole('menuitem', { name: 'Stop', exact: true });
    await stop.waitFor();
    const changes = await countChanges(changingMs);
    assert.ok(changes > 30, `${changes} changes of snapshots were pushed meanwhile`);
    await stop.hover();
    await page.keyboard.press('Enter');
    await workerWhen(workbench().folder, menuRow, ({ state }) => state === 'stopped');
    const stopped = await withMasterOf(workbench().folder, ({ welcome }) =>
      welcome.workers.filter(({ state }) => state === 'stopped').map(({ id }) => id),
    );
    assert.deepEqual(stopped, [menuRow]);

    await delay(changingMs);
    assert.deepEqual(await selected(), five);
    await screenshot('steady-selection');
    await row(first).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Stop', exact: true }).hover();
    await page.keyboard.press('Enter');
    const areDown = () =>
      withMasterOf(workbench().folder, ({ welcome }) => {
        const down = welcome.workers.filter(({ state }) => state === 'stopped').map(({ id }) => id);
        return five.every((id) => down.includes(id));
      });
    await until(areDown, 'the five selected workers to stop');
  });

  /** How many times the master pushed news within a time. */
  async function countChanges(ms: number): Promise<number> {
    return withMasterOf(workbench().folder, async (master) => {
      let count = 0;
      const subscription = master.onSnapshots(() => (count += 1));
      await delay(ms);
      subscription.dispose();
      return count;
    });
  }

  it('while one worker is edited, also into broken YAML, the lenses of the others stay where they are', async () => {
    const { page, typeAt, open, screenshot } = workbench();
    await open('workers.yaml');
    await page.keyboard.press('Control+Home');
    const shown = page.locator('.monaco-editor .codelens-decoration');
    await until(async () => (await shown.count()) >= 6, 'lenses');
    assert.equal(await page.evaluate<number>(roomAboveComment), 0, 'a lens stands on a comment');
    await page.evaluate(watchLenses);
    // The seventh line is the type of the second worker.
    for (const text of ['x', '": [', ' {', "'", ' & *']) {
      await typeAt(7, 11, text);
      await page.keyboard.press('Escape');
      await delay(600);
    }
    await screenshot('steady-lenses');
    const { frames, missing, most } = await page.evaluate<LensReport>('window.hsuLenses()');
    assert.ok(frames > 60, `${frames} frames were looked at`);
    assert.deepEqual(missing, []);
    assert.equal(most, 'none', 'lenses appeared where none was');
    assert.equal(await page.evaluate<number>(roomAboveComment), 0, 'a lens stands on a comment');
    for (let undo = 0; undo < 12; undo++) await page.keyboard.press('Control+KeyZ');
  });
});

/** In the page: the labels of selected rows, all of one moment, for rows that change are moved in the document. */
const selectedRows = `
  [...document.querySelectorAll('[role=treeitem][aria-selected=true]')].map((row) => row.ariaLabel ?? '')
`;

interface LensReport {
  readonly frames: number;
  /** Places of other workers' lenses that were empty in a frame. */
  readonly missing: readonly string[];
  readonly most: string;
}

/** Looks in every frame whether each lens but that of the edited worker, the second, stands where it stood. */
const watchLenses = `
  (() => {
    const tops = () => [...document.querySelectorAll('.monaco-editor .codelens-decoration')]
      .map((lens) => Math.round(lens.getBoundingClientRect().top))
      .sort((a, b) => a - b);
    const begin = tops();
    const others = begin.filter((_, at) => at !== 1);
    const report = { frames: 0, missing: new Set(), more: new Set() };
    let watching = true;
    const look = () => {
      if (!watching) return;
      const now = tops();
      report.frames += 1;
      const gone = others.filter((top) => !now.includes(top));
      if (gone.length > 0) report.missing.add('without ' + gone.join(' ') + ' there were ' + now.join(' '));
      for (const top of now) if (!begin.includes(top)) report.more.add(String(top));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    window.hsuLenses = () => {
      watching = false;
      return { frames: report.frames, missing: [...report.missing], most: [...report.more].join(' ') || 'none' };
    };
  })()
`;

/** How much higher than a line of text what stands above the worker is that was made a comment. */
const roomAboveComment = `
  (() => {
    const lines = [...document.querySelectorAll('.monaco-editor .view-line')]
      .map((line) => ({ top: Math.round(line.getBoundingClientRect().top), text: line.textContent }))
      .sort((a, b) => a.top - b.top);
    const at = lines.findIndex(({ text }) => text.includes('ghost'));
    return lines[at].top - lines[at - 1].top - (lines[at + 1].top - lines[at].top);
  })()
`;
