import assert from 'node:assert/strict';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

describe('the packaged extension in the workbench', () => {
  const workbench = useWorkbench();

  it('shows its view when its icon is clicked', async () => {
    const { page, showView } = workbench();
    await showView();
    await page.locator('.part.sidebar').getByRole('heading', { name: 'HSU Workers' }).waitFor();
    assert.equal(await page.locator('.activitybar').getByRole('tab', { name: 'HSU Workers' }).count(), 1);
  });

  it('knows a workers file by its name', async () => {
    const { page, open } = workbench();
    await open('workers.yaml');
    await page.locator('.part.statusbar').getByRole('button', { name: 'HSU Workers' }).waitFor();
  });

  it('tells how long its activation took', async () => {
    const { page, run } = workbench();
    await run('Developer: Show Running Extensions');
    const list = page.locator('.runtime-extensions-editor .monaco-list');
    await list.hover();
    // Sorted by time, and only what is in sight is there.
    const row = list.locator('.monaco-list-row', { hasText: 'HSU Workers' });
    const isInSight = () => page.mouse.wheel(0, 200).then(() => row.isVisible());
    await until(isInSight, 'HSU Workers among the running extensions');
    const [, took] = /Activation: (\d+)ms/.exec(await row.innerText()) ?? [];
    console.log(`      activation in ${took} ms`);
    assert.ok(took, await row.innerText());
  });
});
