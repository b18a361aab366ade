import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { useWorkbench } from '../support/workbench.ts';

describe('a failure of a worker', function () {
  this.timeout(120_000);
  const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');
  const workbench = useWorkbench({ folder });

  before(async () => {
    const { showView, row, run } = workbench();
    await showView();
    await row('stock, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
  });

  it('is counted on the icon of the view', async () => {
    const { page } = workbench();
    await page.locator('.activitybar').getByRole('tab', { name: 'HSU Workers - 1 worker failed' }).waitFor();
  });

  it('is counted in the status bar, which leads to what can be done', async () => {
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

  it('is found in the file from its row', async () => {
    const { page, chooseInRow } = workbench();
    await chooseInRow('mail', 'Show in File');
    await page.locator('.tab.active', { hasText: 'workers.yaml' }).waitFor();
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Ln 32,/ })
      .waitFor();
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
