import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openWorkbench, type Workbench } from '../support/workbench.ts';

// Takes the pictures of the documentation in a real editor: `npm run screenshots`.
takePictures().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});

async function takePictures(): Promise<void> {
  const workbench = await openWorkbench({ size: { width: 1200, height: 720 } });
  try {
    await showWorkers(workbench);
    await keep(workbench, 'workers');
  } finally {
    await workbench.close();
  }
}

/** The example in full: its file in the editor, its workers running in the view. */
async function showWorkers({ page, open, showView, row, run }: Workbench): Promise<void> {
  await open('workers.yaml');
  await showView();
  await run('HSU: Start All Workers');
  for (const id of ['data-processor-1', 'data-processor-2']) {
    await row(id).filter({ hasText: 'running' }).waitFor();
  }
  await page.mouse.move(0, 0);
}

async function keep(workbench: Workbench, name: string): Promise<void> {
  const folder = path.join(ROOT_FOLDER, 'docs', 'pictures');
  await mkdir(folder, { recursive: true });
  await copyFile(await workbench.screenshot(name), path.join(folder, `${name}.png`));
  console.log(`docs/pictures/${name}.png`);
}
