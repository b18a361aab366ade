import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

// Takes the pictures of the documentation in a real editor: `npm run screenshots`.
takePictures().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function takePictures(): Promise<void> {
  const folder = path.join(ROOT_FOLDER, 'examples', 'data-processor');
  const workbench = await openWorkbench({ folder, size: { width: 1200, height: 640 } });
  try {
    await showWorkers(workbench);
    await keep(workbench, 'workers');
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
