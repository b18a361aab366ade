import assert from 'node:assert/strict';
import { useWorkbench } from '../support/workbench.ts';

describe('the packaged extension in the workbench', () => {
  const workbench = useWorkbench();

  it('is listed among the installed extensions', async () => {
    const { page, run } = workbench();
    await run('Extensions: Show Installed Extensions');
    const entry = page.locator('.extension-list-item', { hasText: 'HSU Workers' });
    await entry.waitFor();
    assert.equal(await entry.count(), 1);
  });

  it('types into the workers file', async () => {
    await workbench().open('workers.yaml');
    await workbench().typeAt(1, 1, '# typed\n');
    await workbench().page.locator('.view-line', { hasText: '# typed' }).waitFor();
    await workbench().screenshot('typed');
  });
});
