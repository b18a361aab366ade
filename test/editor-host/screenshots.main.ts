import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { detailsPage } from '../support/details-page.ts';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

// Takes the pictures of the documentation in a real editor: `npm run screenshots`.
takePictures().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function takePictures(): Promise<void> {
  await inWindow({ folder: path.join(ROOT_FOLDER, 'examples', 'data-processor') }, async (workbench) => {
    await showWorkers(workbench);
    await keep(workbench, 'workers');
  });
  await inWindow({ folder: path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'shop') }, async (workbench) => {
    await showDetails(workbench);
    await keep(workbench, 'details');
  });
}

async function inWindow({ folder }: { folder: string }, take: (workbench: Workbench) => Promise<void>): Promise<void> {
  const workbench = await openWorkbench({ folder, size: { width: 1200, height: 640 } });
  try {
    await take(workbench);
  } catch (error) {
    console.error(`what was shown: ${await workbench.screenshot('screenshots-failed')}`);
    throw error;
  } finally {
    await workbench.close();
  }
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
  await widenSideBar(page, 110);
  await lens('running').nth(1).waitFor();
}

/** A worker of a small shop that has run for a minute. */
async function showDetails(workbench: Workbench): Promise<void> {
  const { page, showView, row, run } = workbench;
  await showView();
  await row('stock').waitFor();
  await run('HSU: Start All Workers');
  await row('web, running').waitFor();
  await page.getByRole('button', { name: /^Clear Notification/ }).click();
  // Graphs of a moment show nothing.
  await setTimeout(90_000);
  await row('orders').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Show Details' }).hover();
  await page.keyboard.press('Enter');
  await detailsPage(page).getByRole('heading', { name: 'Last ten minutes' }).waitFor();
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
}

async function keep(workbench: Workbench, name: string): Promise<void> {
  const folder = path.join(ROOT_FOLDER, 'docs', 'pictures');
  await mkdir(folder, { recursive: true });
  await copyFile(await workbench.screenshot(name), path.join(folder, `${name}.png`));
  console.log(`docs/pictures/${name}.png`);
}
