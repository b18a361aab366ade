import assert from 'node:assert/strict';
import { execa } from 'execa';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');

describe('the views of a shop', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder, size: { width: 1280, height: 1000 } });
  const running = (id: string) => workerWhen(workbench().folder, id, ({ state }) => state === 'running');
  const file = () => path.join(workbench().folder, 'workers.yaml');

  it('reads every row aloud as the command line says it', async () => {
    const { showView, open, row, run, page } = workbench();
    await showView();
    await open('workers.yaml');
    await row('stock, initialized').waitFor();
    await run('HSU: Start All Workers');
    await row('web, running').waitFor();
    await row('mail, failed').waitFor();
    await row('workers.yaml, 4/5 running, 1 failed').waitFor();
    await row('Modules, 3/4 running, 1 failed').waitFor();
    await row('Processes, 1/1 running').waitFor();
    const cli = path.join(DIST_FOLDER, 'cli.js');
    let [said, read]: readonly string[][] = [];
    await until(
      async () => {
        const { stdout } = await execa(process.execPath, [cli, 'status', '--file', file()], { reject: false });
        said = stdout.split('\n').filter((line) => /^\w+, /.test(line));
        const labels = await page
          .locator('.sidebar [role=treeitem][aria-level="3"]')
          .evaluateAll((rows) => rows.map((each) => (each as { ariaLabel?: string }).ariaLabel ?? ''));
        read = labels.toSorted();
        return said.length === 5 && read.join() === said.toSorted().join();
      },
      () => `rows that read ${said?.join(' | ')}; they read ${read?.join(' | ')}`,
    );
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
    const { goToLine, lens, page, screenshot } = workbench();
    const lines = (await readFile(file(), 'utf8')).split('\n');
    await goToLine(lines.findIndex((line) => line.includes('id: mail')) + 1);
    // Lenses that come while the mouse stands move the lines away under it.
    await lens('failed').first().waitFor();
    await page.locator('.monaco-editor .view-line', { hasText: 'id: mail' }).getByText('mail').hover();
    const hover = page.locator('.monaco-hover:visible', { hasText: 'Show logs around this failure' });
    await hover.getByText('Cannot read properties of undefined').first().waitFor();
    await screenshot('views-hover');
  });

  it('shows the output around a failure, from which a stack frame leads to its source', async () => {
    const { chooseInRow, followLink, page, screenshot } = workbench();
    await chooseInRow('mail', 'Show Logs Around This Failure');
    const editor = page.locator('.editor-group-container .monaco-editor').first();
    await editor.getByText('looking for the mail server').waitFor();
    await editor.getByText(/────.*mail\sfailed:\smail\sthrew\sin\sstart/).waitFor();
    const link = editor.locator('.detected-link', { hasText: 'mail.ts:16' }).first();
    await link.waitFor();
    await screenshot('views-failure-logs');
    await followLink(link);
    await page.locator('.tab.active', { hasText: 'mail.ts' }).waitFor();
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Ln 16,/ })
      .waitFor();
  });

  it('has one channel for the output of all workers, and finds a line of any of them', async () => {
    const { page, run, screenshot } = workbench();
    await run('HSU: Show Logs of All Workers');
    const output = page.locator('.part.panel .monaco-editor');
    for (const id of ['stock', 'prices', 'orders', 'web']) {
      await output.getByText(new RegExp(`\\[info\\].*\\[${id}\\]\\s${id}\\sis\\sbeing\\sstarted`)).waitFor();
    }
    await output.getByText(/\[mail\]\slooking\sfor\sthe\smail\sserver/).waitFor();
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
    const pids = async () => Promise.all(['stock', 'orders'].map(async (id) => (await running(id)).host_pid));
    const before = await pids();
    await run('Developer: Reload Window');
    await row('stock').waitFor({ state: 'detached' });
    await showView();
    await row('stock, running').waitFor();
    assert.equal(await row('orders').count(), 0);
    assert.deepEqual(await pids(), before);
    await click('Clear Filter');
    await row('orders, running').waitFor();
    // Above the rows: while it goes they move up.
    await page.locator('.sidebar').getByText('Filter “module running”').waitFor({ state: 'hidden' });
  });

  it('switches a process to a module that is dragged to the modules with the mouse, and back', async () => {
    const { dragRow, notification, row, rowsAre, screenshot } = workbench();
    const switched = async (to: 'module' | 'process') => {
      const question = notification(/orders .*[Rr]estart/);
      await question.waitFor();
      assert.match(await readFile(file(), 'utf8'), new RegExp(`id: orders\\n {4}type: ${to}\\n`));
      if (to === 'module') await screenshot('views-dragged');
      // Either puts it in force.
      await question.getByRole('button', { name: to === 'module' ? 'Swap' : 'Restart' }).click();
      await row(`orders, running, ${to}`).waitFor();
    };
    const time = /[\d.]+ m?s/.source;
    const asProcess = /\d+ MB/.source;
    const asModule = /[\d.]+ MB together with \d+ others?/.source;
    const told = (now: string, then: string, memory: string, memoryThen: string) =>
      notification(
        new RegExp(
          `orders runs as a ${now}: ready in ${time} \\(as a ${then} ${time}\\), ${memory} \\(as a ${then} ${memoryThen}\\)\\.`,
        ),
      ).waitFor();
    const groups = ['workers.yaml, 4/5 running', 'Processes, 1/1 running', 'orders', 'Modules, 3/4 running'];
    await rowsAre([...groups, 'stock', 'prices', 'web', 'mail']);
    await dragRow('orders', 'Modules');
    await switched('module');
    // After a swap as after a restart.
    await told('module', 'process', asModule, asProcess);
    await screenshot('views-swapped');
    // The counts are drawn last, and what is dragged while they are is lost.
    const counted = ['workers.yaml, 4/5 running', 'Processes', 'Modules, 4/5 running'];
    await rowsAre([...counted, 'stock', 'prices', 'orders', 'web', 'mail']);
    await dragRow('orders', 'Processes');
    await switched('process');
    await told('process', 'module', asProcess, asModule);
    await screenshot('views-switched');
    await rowsAre([...groups, 'stock', 'prices', 'web', 'mail']);
  });

  it('takes the problems away when the worker runs again', async () => {
    const { chooseInRow, page, run, row } = workbench();
    const source = path.join(workbench().folder, 'mail.ts');
    await writeFile(source, (await readFile(source, 'utf8')).replace('{}', '{ "server": { "host": "mail.shop" } }'));
    await chooseInRow('mail', 'Start');
    await row('mail, running').waitFor();
    await run('Problems: Focus on Problems View');
    const failures = page.locator('.markers-panel').getByText(/mail threw in start\(\)/);
    await until(async () => (await failures.count()) === 0, 'the problems to go');
  });
});
