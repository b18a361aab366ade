import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workerWhen } from '../support/master-of.ts';
import { useWorkbench } from '../support/workbench.ts';

/** Fails until there is a file of this name beside it. */
const repaired = 'repaired';
const overlay = `workers:
  - id: web
    enabled: true
  - id: only-here
    type: process
    restart: never
    execution:
      executable_path: node
      args: [-e, "require('node:fs').existsSync('${repaired}') ? setInterval(() => {}, 1000) : process.exit(3)"]
`;

describe('a worker that only an overlay has', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    folder: path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'one-port'),
    prepare: (folder) => writeFile(path.join(folder, 'workers.development.yaml'), overlay),
    settings: { 'hsu.environment': 'development' },
  });

  it('is a problem at its id in the overlay when it fails, that leads there and goes when it runs', async () => {
    const { chooseInRow, clickInRow, folder, page, row, run, screenshot, showView, squiggles } = workbench();
    await showView();
    await row('only-here, initialized').waitFor();
    await chooseInRow('only-here, ', 'Start');
    await row('only-here, failed').waitFor();
    await run('Problems: Focus on Problems View');
    const problems = page.locator('.markers-panel');
    await problems.getByText('workers.development.yaml').waitFor();
    await problems.getByText('only-here exited with code 3').first().dblclick();
    await page.locator('.tab.active', { hasText: 'workers.development.yaml' }).waitFor();
    await page
      .locator('.part.statusbar')
      .getByRole('button', { name: /^Ln 4,/ })
      .waitFor();
    await squiggles('error').first().waitFor();
    await screenshot('overlay-failure');
    await writeFile(path.join(folder, repaired), '');
    await clickInRow('only-here, failed', /^Start/);
    await workerWhen(folder, 'only-here', ({ state }) => state === 'running');
    await problems.getByText('only-here exited with code 3').first().waitFor({ state: 'detached' });
    await squiggles('error').first().waitFor({ state: 'detached' });
  });
});
