import assert from 'node:assert/strict';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** Between two changes that are timed, counts of the rows above included. */
const apartMs = 700;

const ids = ['stock', 'prices', 'orders', 'web', 'mail'];

describe('what the rows say', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder: path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop') });

  /** The lines of the command line, without those that tell of a failure. */
  const status = async () => {
    const file = path.join(workbench().folder, 'workers.yaml');
    const command = [path.join(DIST_FOLDER, 'cli.js'), 'status', '--file', file];
    const { stdout } = await execa(process.execPath, command, { reject: false });
    return stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  };

  const labels = async () =>
    Promise.all(ids.map((id) => workbench().row(`${id}, `).getAttribute('aria-label', { timeout: 5_000 })));

  const saysTheSame = async (states: string) => {
    await until(
      async () => {
        const [said, shown] = [await status(), await labels()];
        return said.length === ids.length && said.every((line) => shown.includes(line));
      },
      () => `every row of ${states} to be labelled as the command line says it`,
    );
  };

  before(async () => {
    await workbench().showView();
    await workbench().row('stock, initialized').waitFor();
  });

  it('is the sentence of the command line, also for workers at rest, stopped and debugged', async () => {
    const { clickInRow, page, row, run, showView } = workbench();
    await saysTheSame('workers at rest');
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
    // While a file's row is drawn anew, those below it have no commands.
    await row('workers.yaml, 4/5 running, 1 failed').waitFor();
    await saysTheSame('workers that run and fail');
    await clickInRow('orders, ', /^Stop/);
    await row('orders, stopped').waitFor();
    await row('workers.yaml, 3/5 running, 1 failed').waitFor();
    await saysTheSame('stopped workers');
    await clickInRow('stock, ', /^Debug/);
    await row('stock, running (debugging)').waitFor();
    await saysTheSame('debugged workers');
    await page.keyboard.press('Shift+F5');
    await row('stock, running, ').waitFor();
    await showView();
  });

  it('follows the master: the time from the event to the changed row is told', async () => {
    const { folder, page } = workbench();
    await page.evaluate(watchRows);
    const delays: number[] = [];
    const told: number[] = [];
    await withMasterOf(folder, async (master) => {
      const news: { state: string; since: string; at: number }[] = [];
      master.onSnapshots((workers) => {
        for (const { id, state, since } of workers) if (id === 'prices') news.push({ state, since, at: Date.now() });
      });
      for (const state of Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? 'stopped' : 'running'))) {
        // One change by itself: of those within 200 ms the editor draws the second later.
        await wait(apartMs);
        await (state === 'stopped' ? master.stop(['prices']) : master.start(['prices']));
        const { since } = await workerWhen(folder, 'prices', (worker) => worker.state === state);
        const began = Date.parse(since);
        const here = () => news.find((each) => each.state === state && each.since === since);
        told.push((await until(here, 'the news to come')).at - began);
        const shown = () => page.evaluate<number | undefined>(`window.hsuShown('prices, ${state}', ${began})`);
        delays.push((await until(shown, `the row to say ${state}`)) - began);
      }
    });
    const figures = (times: number[]) =>
      `median ${times.toSorted((a, b) => a - b)[10] ?? NaN} ms, at most ${Math.max(...times)} ms`;
    console.log(`      from the event in the master to the news with a client, as the editor is one: ${figures(told)}`);
    console.log(`      from the event in the master to the row that the editor has drawn: ${figures(delays)}`);
    assert.equal(delays.length, 20);
  });
});

/** In the page: notes when each label of a row appeared. `hsuShown` is when one that begins like this did, since a time. */
const watchRows = `
  (() => {
    const seen = [];
    let before = new Set();
    const look = () => {
      const now = new Set([...document.querySelectorAll('.sidebar [role=treeitem]')].map((row) => row.ariaLabel ?? ''));
      for (const label of now) if (!before.has(label)) seen.push({ label, at: Date.now() });
      before = now;
    };
    const sideBar = document.querySelector('.sidebar');
    new MutationObserver(look).observe(sideBar, { subtree: true, childList: true, attributes: true });
    window.hsuShown = (begin, since) => seen.find(({ label, at }) => at >= since && label.startsWith(begin))?.at;
  })()
`;
