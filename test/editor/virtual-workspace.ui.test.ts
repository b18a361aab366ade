import assert from 'node:assert/strict';
import path from 'node:path';
import { processesWith } from '../support/processes-with.ts';
import { useWorkbench, type WorkbenchWindow } from '../support/workbench.ts';

const provider = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'memory-files');

describe('a workspace that is on no disk', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    folder: provider,
    extensions: [provider],
  });
  let virtual: WorkbenchWindow;

  before(async () => {
    // Not by a `.code-workspace` file: an editor in the browser that gets to read one late shows no folder of it.
    virtual = await workbench().openWindow('memory:/project');
  });

  it('has the features of the language in its workers file', async () => {
    const { page, squiggles, typeAt, lens, screenshot } = virtual;
    await page.locator('.explorer-folders-view').getByRole('treeitem', { name: 'workers.yaml' }).dblclick();
    await page.locator('.tab.active', { hasText: 'workers.yaml' }).waitFor();
    await page.locator('.part.statusbar').getByRole('button', { name: 'HSU Workers' }).waitFor();
    await typeAt(3, 11, 'x');
    await squiggles('error').first().waitFor();
    await page.keyboard.press('Control+KeyZ');
    await squiggles('error').first().waitFor({ state: 'detached' });
    await typeAt(3, 18, '\n');
    await page.keyboard.type('restar');
    const suggestion = page.locator('.suggest-widget .monaco-list-row', { hasText: 'restart' }).first();
    await suggestion.waitFor();
    await screenshot('virtual-language');
    await page.keyboard.press('Escape');
    assert.equal(await lens(/./).count(), 0, 'nothing is offered that runs a worker');
  });

  it('runs no worker and has no master, and says why', async () => {
    const { page, screenshot, showView } = virtual;
    await showView();
    await page.locator('.sidebar').getByText('The folders of this workspace are on no disk').waitFor();
    await screenshot('virtual-view');
    assert.equal(await page.locator('.sidebar').getByRole('treeitem').count(), 0);
    assert.deepEqual(await processesWith('dist/master.js', workbench().pid), []);
  });
});
