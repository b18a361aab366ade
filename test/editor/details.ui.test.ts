import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { detailsPage, fewestPainted, violationsIn } from '../support/details-page.ts';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');
const themes = [
  ['Default Dark Modern', 'vscode-dark'],
  ['Default Light Modern', 'vscode-light'],
  ['Default High Contrast', 'vscode-high-contrast'],
  ['Default High Contrast Light', 'vscode-high-contrast-light'],
] as const;

describe('the details of a worker', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder, size: { width: 1280, height: 1100 } });

  const details = () => detailsPage(workbench().page);
  const heading = (name: string) => details().getByRole('heading', { name, exact: true });

  /** Opens a worker's details from the menu of its row. */
  const openDetails = async (id: string) => {
    const { chooseInRow, page } = workbench();
    await chooseInRow(id, 'Show Details');
    await heading(id).waitFor();
    // Where it was shown before, its heading is there at once; the menu first gives the focus back to the row.
    const hasFocus = () => page.evaluate<boolean>(`document.activeElement?.matches('iframe.webview.ready') ?? false`);
    await until(hasFocus, `the details of ${id} to have the focus`);
  };

  before(async () => {
    const { showView, row, rowsAre, run } = workbench();
    await showView();
    await row('stock, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
    const groups = ['workers.yaml, 4/5 running', 'Processes, 1/1 running', 'orders', 'Modules, 3/4 running'];
    await rowsAre([...groups, 'stock', 'prices', 'web', 'mail']);
  });

  it('opens from a row and says the sentence of the command line', async () => {
    await openDetails('stock');
    await details().getByText('running, module (shared), http://127.0.0.1:').first().waitFor();
  });

  it('draws the graphs, and says in words what they show', async () => {
    const { screenshot } = workbench();
    await openDetails('stock');
    await until(
      () => withMasterOf(workbench().folder, async (master) => (await master.history('stock')).length >= 2),
      'two samples',
    );
    await details()
      .getByRole('img', { name: /^Event-loop delay: [\d.]+ ms now/ })
      .waitFor();
    await details()
      .getByRole('img', { name: /^Health: healthy now/ })
      .waitFor();
    await until(async () => (await fewestPainted(workbench().page)) > 100, 'lines on the canvas of each graph');
    // With each sample the graphs are drawn anew, and a click may begin on what is gone when it ends.
    await details().getByText('As a table').first().press('Enter');
    await details()
      .getByRole('columnheader', { name: /Processor/ })
      .waitFor();
    await screenshot('details-graphs');
  });

  it('says what it goes down with', async () => {
    await openDetails('stock');
    await details()
      .getByText(/its module host, with .*prices.*web/)
      .first()
      .waitFor();
  });

  it('shows where the configuration comes from', async () => {
    await openDetails('stock');
    const setting = (name: string) => details().getByRole('row').filter({ hasText: name });
    await setting('module.isolation').getByText('shared').waitFor();
    await setting('health_check.interval').getByText('workers file').waitFor();
    await setting('restart.policy').getByText('default').waitFor();
  });

  it('shows the dependencies of the whole file with live states, by keyboard too', async () => {
    const { page, screenshot } = workbench();
    await openDetails('stock');
    const node = (name: RegExp) => details().getByRole('button', { name });
    await node(/^orders, running.*; depends on stock, prices$/).waitFor();
    await node(/^mail, failed/).waitFor();
    await node(/^stock, running/).focus();
    await page.keyboard.press('ArrowDown');
    await screenshot('details-dependencies');
    await page.keyboard.press('ArrowDown');
    assert.match((await details().locator('.node:focus').getAttribute('aria-label')) ?? '', /^orders, /);
    await page.keyboard.press('Enter');
    await heading('orders').waitFor();
  });

  it('follows the worker: stopped by its button, it says so', async () => {
    await openDetails('orders');
    await details().getByRole('button', { name: 'Stop', exact: true }).click();
    await workerWhen(workbench().folder, 'orders', ({ state }) => state === 'stopped');
    await details().getByRole('button', { name: 'Start', exact: true }).waitFor();
    await details().getByRole('row').filter({ hasText: 'stopping' }).waitFor();
    // A menu loses its row while the counts above it are drawn.
    await workbench().row('workers.yaml, 3/5 running').waitFor();
    await details().getByRole('button', { name: 'Start', exact: true }).click();
    await details().getByRole('button', { name: 'Stop', exact: true }).waitFor();
    await workbench().row('workers.yaml, 4/5 running').waitFor();
  });

  it('shown again, has every worker as it is now, and follows one without losing the others', async () => {
    const node = (name: RegExp) => details().getByRole('button', { name });
    const others = async () => {
      for (const name of [/^stock, running/, /^prices, running/, /^web, running/, /^mail, failed/]) {
        await node(name).waitFor();
      }
      assert.equal(await details().locator('.node').count(), 5);
    };
    await openDetails('stock');
    await node(/^orders, running/).waitFor();
    await openDetails('mail');
    await withMasterOf(workbench().folder, (master) => master.stop(['orders']));
    await workbench().row('workers.yaml, 3/5 running').waitFor();
    await openDetails('stock');
    await node(/^orders, stopped/).waitFor();
    await others();
    await withMasterOf(workbench().folder, (master) => master.start(['orders']));
    await node(/^orders, running/).waitFor();
    await others();
    await workbench().row('workers.yaml, 4/5 running').waitFor();
  });

  it('tells of a failure and its cause', async () => {
    const { screenshot } = workbench();
    await openDetails('mail');
    await details()
      .getByText(/mail.*Cannot read properties of undefined/)
      .first()
      .waitFor();
    await screenshot('details-failed');
  });

  for (const [theme, kind] of themes) {
    it(`keeps nobody out in the theme ${theme}`, async () => {
      const { screenshot } = workbench();
      await mkdir(path.join(workbench().folder, '.vscode'), { recursive: true });
      await writeFile(
        path.join(workbench().folder, '.vscode', 'settings.json'),
        JSON.stringify({ 'workbench.colorTheme': theme, 'window.autoDetectColorScheme': false }),
      );
      await details().locator(`body.${kind}`).waitFor();
      await details().locator('body').getByText('Configuration in force').waitFor();
      await openDetails('stock');
      await screenshot(`details-${kind}`);
      assert.deepEqual(await violationsIn(workbench().page), []);
      await openDetails('mail');
      assert.deepEqual(await violationsIn(workbench().page), []);
    });
  }

  it('comes back after a reload of the window, and its worker has run on', async () => {
    const { row, run, screenshot } = workbench();
    await openDetails('orders');
    const before = await workerWhen(workbench().folder, 'orders', ({ state }) => state === 'running');
    await run('Developer: Reload Window');
    await row('orders').waitFor({ state: 'detached' });
    await heading('orders').waitFor();
    await details().getByText('running, process, http://127.0.0.1:').first().waitFor();
    await row('orders, running').waitFor();
    await screenshot('details-reloaded');
    const after = await workerWhen(workbench().folder, 'orders', ({ state }) => state === 'running');
    assert.deepEqual([after.pid, after.restarts], [before.pid, before.restarts]);
  });
});
