import assert from 'node:assert/strict';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** Milliseconds since the reload. */
interface Return {
  readonly window: number;
  readonly view: number;
  readonly workers: number;
}

/** Notes in the page when the window, our view in it and its first running worker are there again. */
const noteReturn = `
  const back = (window.hsuReturn = {});
  const signs = {
    window: '.monaco-workbench .part.sidebar',
    view: '.sidebar .pane-header[aria-label^="Workers"]',
    workers: '.sidebar [role=treeitem][aria-label*=", running"]',
  };
  new MutationObserver(() => {
    for (const [name, selector] of Object.entries(signs)) {
      if (document.querySelector(selector)) back[name] ??= Math.round(performance.now());
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] });
`;

describe('the packaged extension in the workbench', function () {
  this.timeout(90_000);
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
  it('has its view back after a reload of the window, with the workers as they run on', async () => {
    const { folder, page, row, run, showView } = workbench();
    await showView();
    await run('HSU: Start All Workers');
    await row('data-processor-2, running').waitFor();
    const host = () => workerWhen(folder, 'data-processor-2', () => true).then((worker) => worker.host_pid);
    const before = await host();
    await page.addInitScript(noteReturn);
    for (let reload = 0; reload < 3; reload++) {
      // What the former page noted is not to be taken for the new one's.
      await page.evaluate('window.hsuReturn = undefined');
      await run('Developer: Reload Window');
      const isBack = () => page.evaluate<Return | undefined>('window.hsuReturn').catch(() => undefined);
      const { window, view, workers } = await until(async () => {
        const back = await isBack();
        return back?.workers !== undefined && back;
      }, 'the rows of the running workers');
      console.log(
        `      the window is there in ${window} ms, our view ${view - window} ms later, the first worker's row`,
      );
      console.log(`      as it is ${workers - view} ms after that: ${workers - window} ms after the window`);
      assert.ok(window <= view && view <= workers, `${window}, ${view}, ${workers}`);
      await page.locator('.activitybar').getByRole('tab', { name: 'HSU Workers' }).waitFor();
    }
    assert.equal(await host(), before);
  });
});
