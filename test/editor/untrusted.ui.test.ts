import assert from 'node:assert/strict';
import { connectToMaster, NoMasterError } from '../../master/connect.ts';
import path from 'node:path';
import { useWorkbench } from '../support/workbench.ts';

describe('a workspace that is not trusted', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ trusted: false });

  it('says why no worker is run, and runs none', async () => {
    const { page, showView, folder, screenshot } = workbench();
    await showView();
    await page.locator('.part.sidebar').getByText('This workspace is not trusted').waitFor();
    await screenshot('untrusted');
    const file = path.join(folder, 'workers.yaml');
    await assert.rejects(connectToMaster({ file, name: 'test', owner: false }), NoMasterError);
  });

  it('refuses to start a worker by its lens, and says why', async () => {
    const { folder, lens, notification, open, run, screenshot } = workbench();
    await open('workers.yaml');
    await lens('Start').first().click();
    await notification('This workspace is not trusted, so no worker is run here.').hover();
    await screenshot('untrusted-lens');
    await run('Notifications: Clear All Notifications');
    const file = path.join(folder, 'workers.yaml');
    await assert.rejects(connectToMaster({ file, name: 'test', owner: false }), NoMasterError);
  });

  it('has findings all the same', async () => {
    const { open, typeAt, squiggles, page } = workbench();
    await open('workers.yaml');
    await typeAt(4, 12, 'x');
    await squiggles('error').first().waitFor();
    await page.keyboard.press('Control+KeyZ');
    await squiggles('error').first().waitFor({ state: 'detached' });
  });
});
