import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** The address of a worker leads to one of its pages. */
async function withQuery(folder: string): Promise<void> {
  const file = path.join(folder, 'service.ts');
  const address = '(server.address() as AddressInfo).port}';
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(address, `${address}/shown?of=two%20words&page=1`));
}

describe('with workers of which one has failed', function () {
  this.timeout(120_000);
  const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');
  const workbench = useWorkbench({ folder, prepare: withQuery });

  before(async () => {
    const { showView, row, run } = workbench();
    await showView();
    await row('stock, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
    // A menu loses its row while those above it are drawn anew: their counts are to be the last.
    await row('Modules, 3/4 running, 1 failed').waitFor();
  });

  it('failures are counted on the icon of the view', async () => {
    const { page } = workbench();
    await page.locator('.activitybar').getByRole('tab', { name: 'HSU Workers - 1 worker failed' }).waitFor();
  });

  it('failures are counted in the status bar, which leads to what can be done', async () => {
    const { page } = workbench();
    await page.locator('.part.statusbar').getByRole('button', { name: 'Workers: 4/5 running, 1 failed' }).click();
    const choices = page.locator('.quick-input-list .monaco-list-row .label-name');
    await choices.filter({ hasText: 'Restart Failed Workers' }).waitFor();
    const names = await choices.allInnerTexts();
    for (const name of ['Show Workers', 'Start All Workers', 'Stop All Workers', 'Debug a Worker…']) {
      assert.ok(
        names.some((one) => one.includes(name)),
        names.join(),
      );
    }
    await page.keyboard.press('Escape');
  });

  it('a worker is found in the file from its row', async () => {
    const { page, chooseInRow } = workbench();
    await chooseInRow('mail', 'Show in File');
    await page.locator('.tab.active', { hasText: 'workers.yaml' }).waitFor();
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Ln 32,/ })
      .waitFor();
  });

  it('Copy URL puts the address of a worker on the clipboard', async () => {
    const { page, chooseInRow, folder } = workbench();
    const { endpoints } = await workerWhen(folder, 'stock', (worker) => worker.endpoints.length > 0);
    await chooseInRow('stock', 'Copy URL');
    await page.keyboard.press('Control+KeyP');
    const input = page.locator('.quick-input-widget input');
    await input.waitFor();
    // The command runs beside the keyboard: what is pasted replaces what was pasted before.
    const pasted = async () => {
      await input.fill('');
      await page.keyboard.press('Control+KeyV');
      return (await input.inputValue()) === endpoints[0]?.address;
    };
    await until(pasted, `${String(endpoints[0]?.address)} to be on the clipboard`);
    await page.keyboard.press('Escape');
  });

  it('Open in Browser opens the address of a worker, query and all', async () => {
    const { page, chooseInRow, folder } = workbench();
    // A desktop hands it to the system, which opens what it likes.
    if (!page.url().startsWith('http')) return;
    const { endpoints } = await workerWhen(folder, 'prices', (worker) => worker.endpoints.length > 0);
    const [opened] = await Promise.all([page.context().waitForEvent('page'), chooseInRow('prices', 'Open in Browser')]);
    await opened.waitForURL(/shown/);
    const { port, pathname, search } = new URL(endpoints[0]?.address ?? '');
    // Behind a browser the editor puts the way to the worker's machine before it.
    assert.match(opened.url(), new RegExp(`[:/]${port}/`));
    assert.ok(opened.url().endsWith(`${pathname}${search}`), opened.url());
    await opened.close();
  });

  it('Restart Failed starts what has failed, with its mended source, and leaves the others alone', async () => {
    const { page, row, folder } = workbench();
    const source = path.join(folder, 'mail.ts');
    const broken = await readFile(source, 'utf8');
    await writeFile(source, broken.replace("'{}'", `'{"server": {"host": "localhost"}}'`));
    const others = () =>
      withMasterOf(folder, ({ welcome }) =>
        welcome.workers.filter(({ id }) => id !== 'mail').map(({ id, since, state }) => ({ id, since, state })),
      );
    const before = await others();
    await page.locator('.part.statusbar').getByRole('button', { name: 'Workers: 4/5 running, 1 failed' }).click();
    const choices = page.locator('.quick-input-list .monaco-list-row');
    await choices.filter({ hasText: 'Restart Failed Workers' }).click();
    await row('mail, running').waitFor();
    await row('Modules, 4/4 running').waitFor();
    assert.deepEqual(await others(), before);
  });

  it("a message is not shown again after Don't Show Again, until hidden ones are shown again", async () => {
    const { page, chooseInRow, folder, notification, run } = workbench();
    const change = async (id: string) => {
      await chooseInRow(id, 'Switch to Process');
      await workerWhen(folder, id, (worker) => worker.restart_needed.includes('type'));
    };
    // Names every worker that waits for its restart.
    const question = notification(/runs? as before/);
    await change('web');
    await question.getByRole('button', { name: "Don't Show Again" }).click();
    await question.waitFor({ state: 'detached' });
    await change('prices');
    await run('HSU: Show Hidden Notifications Again');
    await change('stock');
    await question.filter({ hasText: 'stock' }).waitFor();
    // There every question is kept until it is answered: the one that also names prices, and none from before it.
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /Notification/ })
      .click();
    await page.locator('.notifications-center.visible').waitFor();
    assert.equal(await question.count(), 1);
  });
});

describe('a folder without a workers file', function () {
  this.timeout(120_000);
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-empty-')), 'empty');
  mkdirSync(folder);
  const workbench = useWorkbench({ folder });
  after(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  it('is welcomed with a way to a first workers file, which then runs', async () => {
    const { page, showView, row } = workbench();
    await showView();
    const welcome = page.locator('.welcome-view');
    await welcome.getByRole('button', { name: 'Import Services…' }).waitFor();
    await welcome.getByRole('button', { name: 'Create workers.yaml' }).click();
    await page.locator('.tab.active', { hasText: 'workers.yaml' }).waitFor();
    await row('my-service').waitFor();
  });
});
