import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');

describe('the views of a shop', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder, size: { width: 1280, height: 1000 } });
  const file = () => path.join(workbench().folder, 'workers.yaml');

  /** Chooses from the menu of a row. */
  const choose = async (id: string, entry: string) => {
    const { page, row } = workbench();
    await row(id).click({ button: 'right' });
    await page.getByRole('menuitem', { name: entry, exact: true }).hover();
    await page.keyboard.press('Enter');
  };

  it('reads every row aloud as the command line says it', async () => {
    const { showView, open, row, run, page } = workbench();
    await showView();
    await open('workers.yaml');
    await row('stock, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
    const cli = path.join(DIST_FOLDER, 'cli.js');
    const { stdout } = spawnSync(process.execPath, [cli, 'status', '--file', file()], { encoding: 'utf8' });
    const sentences = stdout.split('\n').filter((line) => /^\w+, /.test(line));
    assert.equal(sentences.length, 5, stdout);
    const labels = await page
      .locator('.sidebar [role=treeitem][aria-level="3"]')
      .evaluateAll((rows) => rows.map((each) => (each as { ariaLabel?: string }).ariaLabel));
    assert.deepEqual(labels.toSorted(), sentences.toSorted());
    await row('workers.yaml, 4/5 running, 1 failed').waitFor();
    await row('Modules, 3/4 running, 1 failed').waitFor();
    await row('Processes, 1/1 running').waitFor();
  });

  it('shows the port that a worker really has beside its id', async () => {
    const { page } = workbench();
    const { endpoints } = await workerWhen(workbench().folder, 'stock', ({ state }) => state === 'running');
    const { port } = new URL(endpoints[0]?.address ?? '');
    await page
      .locator('.monaco-editor .view-line', { hasText: `id: stock` })
      .filter({ hasText: `:${port}` })
      .waitFor();
  });

  it('shows a failure at the id and where the source says it failed', async () => {
    const { run, page, screenshot } = workbench();
    await run('Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel');
    await problems
      .getByRole('treeitem', { name: /mail\.ts/ })
      .first()
      .waitFor();
    await problems
      .getByRole('treeitem', { name: /workers\.yaml/ })
      .first()
      .waitFor();
    await problems
      .getByText(/mail threw in start\(\)/)
      .nth(1)
      .waitFor();
    await screenshot('views-problems');
  });

  it('tells in a hover at the id why it failed, and what can be done', async () => {
    const { goToLine, page, screenshot } = workbench();
    const lines = (await readFile(file(), 'utf8')).split('\n');
    await goToLine(lines.findIndex((line) => line.includes('id: mail')) + 1);
    await page.locator('.monaco-editor .view-line', { hasText: 'id: mail' }).getByText('mail').hover();
    const hover = page.locator('.monaco-hover:visible', { hasText: 'Show logs around this failure' });
    await hover.getByText('Cannot read properties of undefined').first().waitFor();
    await screenshot('views-hover');
  });

  it('shows the output around a failure, from which a stack frame leads to its source', async () => {
    const { page, screenshot } = workbench();
    await choose('mail', 'Show Logs Around This Failure');
    const editor = page.locator('.editor-group-container .monaco-editor').first();
    await editor.getByText('looking for the mail server').waitFor();
    await editor.getByText(/────.*mail\sfailed:\smail\sthrew\sin\sstart/).waitFor();
    const link = editor.locator('.detected-link', { hasText: 'mail.ts:16' }).first();
    await link.waitFor();
    await screenshot('views-failure-logs');
    await link.click({ modifiers: ['Control'] });
    await page.locator('.tab.active', { hasText: 'mail.ts' }).waitFor();
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Ln 16,/ })
      .waitFor();
  });

  it('has one channel for the output of all workers, and finds a line of any of them', async () => {
    const { page, run, screenshot } = workbench();
    await run('HSU: Show Logs of All Workers');
    // This host has no native logger, so its log channels stay empty: only that it is there can be seen.
    await page.locator('.part.panel').getByRole('combobox').or(page.locator('.part.panel select')).first().waitFor();
    await until(async () => (await page.locator('.part.panel').innerText()).includes('HSU All Workers'), 'the channel');
    await screenshot('views-merged-logs');
    await page.locator('.sidebar').getByRole('treeitem').first().focus();
    await page.keyboard.press('F1');
    const input = page.locator('.quick-input-widget input');
    await input.fill('>HSU: Search Logs…');
    await page.locator('.quick-input-list .monaco-list-row', { hasText: 'Search Logs…' }).first().click();
    await page.locator('.quick-input-title', { hasText: 'Search the logs of all workers' }).waitFor();
    await input.fill('is being st[a]rted');
    await page.keyboard.press('Enter');
    const found = page.locator('.editor-group-container .monaco-editor').first();
    await found.getByText(/4\slines\smatch/).waitFor();
    await found.getByText(/\[web\]\sweb\sis\sbeing\sstarted/).waitFor();
    await screenshot('views-search');
  });

  it('lets through what the filter says, also after a reload of the window', async () => {
    const { page, row, run, showView } = workbench();
    // A view shows its buttons while the mouse is over it.
    const click = async (button: string) => {
      await row('workers.yaml').hover();
      await page.locator('.sidebar').getByRole('button', { name: button }).click();
    };
    await click('Filter Workers…');
    await page.locator('.quick-input-widget input').fill('module running');
    await row('mail').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await row('orders').waitFor({ state: 'detached' });
    await row('stock, running').waitFor();
    await page.locator('.sidebar').getByText('Filter “module running”: 3 of 5 workers.').waitFor();
    await run('Developer: Reload Window');
    await row('stock').waitFor({ state: 'detached' });
    await showView();
    await row('stock, running').waitFor();
    assert.equal(await row('orders').count(), 0);
    await click('Clear Filter');
    await row('orders, running').waitFor();
  });

  it('takes the problems away when the worker runs again', async () => {
    const { page, run, row } = workbench();
    const source = path.join(workbench().folder, 'mail.ts');
    await writeFile(source, (await readFile(source, 'utf8')).replace('{}', '{ "server": { "host": "mail.shop" } }'));
    await choose('mail', 'Start');
    await row('mail, running').waitFor();
    await run('Problems: Focus on Problems View');
    const failures = page.locator('.markers-panel').getByText(/mail threw in start\(\)/);
    await until(async () => (await failures.count()) === 0, 'the problems to go');
  });
});
