import assert from 'node:assert/strict';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

/** An extension that does next to nothing, activated by the same event: rows that never change, as deep as ours. */
const trivial = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'trivial-view');

/** Milliseconds since the reload. */
interface Return {
  readonly window: number;
  readonly view: number;
  /** The one row of the trivial extension. */
  readonly trivial: number;
  readonly workers: number;
}

/** Notes in the page when the window, our view in it, the trivial row and our first running worker are there again. */
const noteReturn = `
  const back = (window.hsuReturn = {});
  const signs = {
    window: '.monaco-workbench .part.sidebar',
    view: '.sidebar .pane-header[aria-label^="Workers"]',
    trivial: '.sidebar [role=treeitem][aria-label^="trivial row"]',
    workers: '.sidebar [role=treeitem][aria-label*=", running"]',
  };
  new MutationObserver(() => {
    for (const [name, selector] of Object.entries(signs)) {
      if (document.querySelector(selector)) back[name] ??= Math.round(performance.now());
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label'] });
`;

describe('the packaged extension in the workbench', function () {
  this.timeout(180_000);
  const workbench = useWorkbench({ extensions: [trivial] });

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

  it('tells how long its activation took, beside that of an extension that does nothing', async () => {
    const { page, run } = workbench();
    const noted = await startupPerformance(page, run, ['hsu-workers.hsu-workers', 'hsu-tests.trivial-view']);
    const took = (extension: string) => {
      const mark = (name: string) =>
        Number(noted.find((line) => line.startsWith(`code/extHost/${name}/${extension}\t`))?.split('\t')[1]);
      const call = noted
        .find((line) => line.includes(`| ${extension} `))
        ?.split('|')[4]
        ?.trim();
      const load = mark('didLoadExtensionCode') - mark('willLoadExtensionCode');
      assert.ok(call !== undefined && Number.isInteger(load), `${extension}: ${load}, ${call}`);
      return `code read and run in ${load} ms, activate() in ${call} ms`;
    };
    console.log(`      ours: ${took('hsu-workers.hsu-workers')}`);
    console.log(`      one that does nothing, by the same event: ${took('hsu-tests.trivial-view')}`);
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
      const { window, view, trivial, workers } = await until(
        async () => {
          const back = await isBack();
          return back?.workers !== undefined && back.trivial !== undefined && back;
        },
        'the rows of the running workers',
        60_000,
      );
      const later = (ms: number) => `${ms - window} ms`;
      console.log(`      the window is there in ${window} ms; after that our view in ${later(view)}, our first worker`);
      console.log(
        `      as it is in ${later(workers)}, the first row as deep of an extension that does nothing in ${later(trivial)}`,
      );
      assert.ok(window <= view && view <= workers, `${window}, ${view}, ${workers}`);
      await page.locator('.activitybar').getByRole('tab', { name: 'HSU Workers' }).waitFor();
    }
    assert.equal(await host(), before);
  });
});

/** The lines of the editor's page about its start, once they tell of these extensions: it is written when it is opened. */
async function startupPerformance(
  page: Page,
  run: (title: string) => Promise<void>,
  extensions: readonly string[],
): Promise<readonly string[]> {
  const tab = page.locator('.tab', { hasText: 'Startup Performance' });
  const first = page.locator('.editor-group-container .view-line', { hasText: 'System Info' });
  const read = async () => {
    await run('Developer: Startup Performance');
    await first.waitFor();
    await page.evaluate(keepCopied);
    await first.click();
    await page.keyboard.press('Control+KeyA');
    await page.keyboard.press('Control+KeyC');
    const copied = () => page.evaluate<string | undefined>('window.hsuCopied');
    const lines = (await until(copied, 'the page to be copied')).split(/\r?\n/);
    await page.keyboard.press('Control+KeyW');
    await tab.waitFor({ state: 'detached' });
    const tells = (sign: string) => lines.some((line) => line.includes(sign));
    const isTold = (id: string) => tells(`| ${id} `) && tells(`/didLoadExtensionCode/${id}\t`);
    return extensions.every(isTold) && lines;
  };
  return until(read, `the editor to tell of ${extensions.join()}`, 30_000);
}

/** Keeps in the page what is copied. */
const keepCopied = `
  window.hsuCopied = undefined;
  document.addEventListener('copy', ({ clipboardData }) => (window.hsuCopied = clipboardData.getData('text/plain')));
`;
