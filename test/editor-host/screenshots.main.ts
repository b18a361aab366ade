import { copyFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { detailsPage } from '../support/details-page.ts';
import { workerWhen } from '../support/master-of.ts';
import { openWorkbench, type Workbench, type WorkbenchSetup } from '../support/workbench.ts';

// Takes the pictures of the documentation in a real editor: `npm run screenshots`.
takePictures().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function takePictures(): Promise<void> {
  // First: the example as it is takes the ports that its copy may fall back to.
  await inWindow({ size: { width: 900, height: 500 } }, takeWalkthrough);
  const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop');
  await inWindow({ folder, size: { width: 1280, height: 860 } }, takeDocumentation);
}

async function inWindow(setup: WorkbenchSetup, take: (workbench: Workbench) => Promise<void>): Promise<void> {
  const workbench = await openWorkbench(setup);
  try {
    await take(workbench);
  } catch (error) {
    console.error(`what was shown: ${await workbench.screenshot('screenshots-failed')}`);
    throw error;
  } finally {
    await workbench.close();
  }
}

/** One picture for each step of the walkthrough, in its order. */
async function takeWalkthrough(workbench: Workbench): Promise<void> {
  const { clickInRow, goToLine, lens, notification, open, page, row, run, squiggles, typeAt } = workbench;
  const folder = 'media/walkthrough';
  await open('workers.yaml');
  await typeAt(4, 12, 'x');
  await squiggles('error').first().waitFor();
  await keep(workbench, folder, 'file');
  await page.keyboard.press('Control+KeyZ');
  await squiggles('error').first().waitFor({ state: 'detached' });
  await showWorkers(workbench);
  await keep(workbench, folder, 'run');
  await lens(/Switch to module/).click();
  await notification(/data-processor-1/)
    .getByRole('button', { name: 'Restart' })
    .click();
  await notification(/data-processor-1 runs as a module/).waitFor();
  await row('data-processor-1, running, module').waitFor();
  await page.locator('.notification-toast.notification-fade-in-done').waitFor();
  await row('Modules').filter({ hasText: '2/2 running' }).waitFor();
  await row('workers.yaml').filter({ hasText: '2/2 running' }).waitFor();
  await keep(workbench, folder, 'switch');
  await run('Notifications: Clear All Notifications');
  await open('src/data-processor.ts');
  // One error that is seen shows that there is none else.
  const wrong = 'const wrong: number = true;';
  await typeAt(1, 1, wrong);
  await squiggles('error').first().waitFor();
  // It may have been saved by now.
  for (let left = wrong.length; left > 0; left--) await page.keyboard.press('Backspace');
  await squiggles('error').first().waitFor({ state: 'detached' });
  await goToLine(await lineOf(workbench, "setEncoding('utf8')"));
  await page.keyboard.press('F9');
  await clickInRow('data-processor-2', /^Debug/);
  await row('data-processor-2, running (debugging)').waitFor();
  await page.locator('.inline-breakpoint-widget').waitFor();
  const worker = await workerWhen(workbench.folder, 'data-processor-2', ({ endpoints }) => endpoints.length > 0);
  const answer = fetch(`${worker.endpoints[0]?.address ?? ''}/aggregate`, { method: 'POST', body: 'name,size\na,2\n' });
  await page.locator('.codicon-debug-stackframe').first().waitFor();
  const scope = page.getByRole('treeitem', { name: /Local: answer/ });
  await scope.waitFor();
  if ((await scope.getAttribute('aria-expanded')) === 'false') await scope.click();
  await page.getByRole('treeitem', { name: /^request\b/ }).waitFor();
  await keep(workbench, folder, 'debug');
  await page.keyboard.press('F5');
  await answer;
}

/** A shop with a service that fails: its workers beside their file, the details of one, the logs of all. */
async function takeDocumentation(workbench: Workbench): Promise<void> {
  const { chooseInRow, open, page, row, run, showView, lens } = workbench;
  const folder = 'docs/pictures';
  await open('workers.yaml');
  await showView();
  await row('stock').waitFor();
  await run('HSU: Start All Workers');
  await row('web, running').waitFor();
  await row('mail, failed').waitFor();
  // Counts are drawn a moment after the rows they count.
  await row('workers.yaml').filter({ hasText: '4/5 running, 1 failed' }).waitFor();
  await row('Modules').filter({ hasText: '3/4 running' }).waitFor();
  await row('Processes').filter({ hasText: '1/1 running' }).waitFor();
  await run('Notifications: Clear All Notifications');
  await lens('failed').waitFor();
  await widenSideBar(page, 130);
  await keep(workbench, folder, 'workers');
  await chooseInRow('orders', 'Show Details');
  await detailsPage(page).getByRole('heading', { name: 'orders', exact: true }).waitFor();
  // So that the graphs have something to show.
  await delay(60_000);
  await page.mouse.move(0, 0);
  await keep(workbench, folder, 'details');
  await open('workers.yaml');
  await run('HSU: Show Logs of All Workers');
  await page
    .locator('.part.panel')
    .getByText(/\[mail\]\slooking/)
    .waitFor();
  await page.locator('.part.panel').screenshot({ path: path.join(ROOT_FOLDER, folder, 'logs.png') });
}

async function lineOf({ folder }: Workbench, text: string): Promise<number> {
  const source = await readFile(path.join(folder, 'src/data-processor.ts'), 'utf8');
  return source.split('\n').findIndex((line) => line.includes(text)) + 1;
}

/** The example in full: its file in the editor, its workers running in the view. */
async function showWorkers({ page, open, showView, row, lens, run }: Workbench): Promise<void> {
  await open('workers.yaml');
  await showView();
  const ids = ['data-processor-1', 'data-processor-2'];
  for (const id of ids) await row(id).waitFor();
  await run('HSU: Start All Workers');
  for (const id of ids) {
    await row(id).filter({ hasText: 'running' }).waitFor();
  }
  // Counts are drawn a moment after the rows they count.
  await row('workers.yaml').filter({ hasText: '2/2 running' }).waitFor();
  for (const group of ['Processes', 'Modules']) await row(group).filter({ hasText: '1/1 running' }).waitFor();
  await widenSideBar(page, 110);
  await lens('running').nth(1).waitFor();
}

async function widenSideBar(page: Page, pixels: number): Promise<void> {
  const box = await page.locator('.part.sidebar').boundingBox();
  if (box === null) throw new Error('the side bar is hidden');
  const edge = { x: box.x + box.width + 2, y: box.y + box.height / 2 };
  await page.mouse.move(edge.x, edge.y);
  await page.mouse.down();
  await page.mouse.move(edge.x + pixels, edge.y, { steps: 5 });
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await page.locator('.monaco-sash.hover').waitFor({ state: 'hidden' });
  // The edge fades.
  await page.evaluate(`
    Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished))
      .then(() => undefined)
  `);
}

async function keep(workbench: Workbench, place: string, name: string): Promise<void> {
  const folder = path.join(ROOT_FOLDER, place);
  await mkdir(folder, { recursive: true });
  await copyFile(await workbench.screenshot(name), path.join(folder, `${name}.png`));
  console.log(`${place}/${name}.png`);
}
