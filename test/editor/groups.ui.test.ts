import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const groups: readonly (readonly [string, string | undefined])[] = [
  ['web', 'front'],
  ['api', 'front'],
  ['jobs', 'back'],
  ['mail', undefined],
];

describe('named groups in the Workers view', function () {
  this.timeout(120_000);
  this.bail(true);
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-groups-')), 'groups');
  mkdirSync(folder);
  const items = groups.map(
    ([id, group]) =>
      `  - id: ${id}\n    type: process\n${group ? `    group: ${group}\n` : ''}    execution: { executable_path: node, args: [service.mjs] }\n`,
  );
  writeFileSync(path.join(folder, 'workers.yaml'), `workers:\n${items.join('')}`);
  writeFileSync(path.join(folder, 'service.mjs'), 'setInterval(() => {}, 1_000);\n');
  const workbench = useWorkbench({ folder });
  after(() => rmSync(path.dirname(folder), { recursive: true, force: true }));

  it('are rows with the workers below them; the others stand under their deployment', async () => {
    await workbench().showView();
    await workbench().row('front, 0/2 running').waitFor();
    await workbench().rowsAre(['workers.yaml', 'front', 'web', 'api', 'back', 'jobs', 'Processes', 'mail', 'Modules']);
  });

  it('start, restart and stop as a whole, and say how many run', async () => {
    const { clickInRow, row, screenshot } = workbench();
    await clickInRow('front', /^Start Group/);
    await row('front, 2/2 running').waitFor();
    const { pid } = await workerWhen(workbench().folder, 'web', ({ state }) => state === 'running');
    await clickInRow('front', /^Restart Group/);
    await workerWhen(workbench().folder, 'web', (worker) => worker.state === 'running' && worker.pid !== pid);
    await row('front, 2/2 running').waitFor();
    await row('back, 0/1 running').waitFor();
    await screenshot('named-groups');
    await clickInRow('front', /^Stop Group/);
    await row('front, 0/2 running').waitFor();
  });

  it('are asked for where no row is given, and nothing else is touched', async () => {
    const { page, row } = workbench();
    const choices = page.locator('.quick-input-list .monaco-list-row');
    // The palette gives way to the question at once: its input is never hidden in between.
    await page.keyboard.press('F1');
    await page.locator('.quick-input-widget input').fill('>HSU: Start Group');
    await choices.filter({ hasText: 'HSU: Start Group' }).click();
    await choices.filter({ hasText: 'front' }).waitFor();
    assert.deepEqual(await choices.locator('.label-name').allInnerTexts(), [
      'workers.yaml',
      'front',
      'back',
      'Processes',
    ]);
    await choices.filter({ hasText: 'back' }).click();
    await row('back, 1/1 running').waitFor();
    await row('front, 0/2 running').waitFor();
    await row('Processes, 0/1 running').waitFor();
  });

  it('show their live states in an overlay too, where a lens acts on the worker of the file below', async () => {
    const { lens, open, page, screenshot } = workbench();
    const overlay = 'workers:\n  - id: web\n    type: process\n  - id: mail\n    type: process\n';
    writeFileSync(path.join(workbench().folder, 'workers.development.yaml'), overlay);
    await open('workers.development.yaml');
    await lens('○ stopped').waitFor();
    await lens('○ initialized').waitFor();
    assert.equal(await lens('Switch').count(), 0, 'the overlay is not in force');
    await lens('Start').first().click();
    await workerWhen(workbench().folder, 'web', ({ state }) => state === 'running');
    await lens('✓ running').waitFor();
    /** The icons in the gutter, from the top down. */
    const pictures = () =>
      page.evaluate<string[]>(`[...document.querySelectorAll('.editor-group-container .glyph-margin-widgets .cgmr')]
        .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
        .map((icon) => getComputedStyle(icon).backgroundImage)`);
    // They are drawn by themselves, not with the lenses.
    const [, resting] = await until(async () => {
      const both = await pictures();
      return both.length === 2 && both[0] !== both[1] && both;
    }, 'an icon at each worker, another one where it runs');
    await screenshot('overlay-states');
    await lens('Stop').click();
    await lens('○ stopped').waitFor();
    const areAtRest = async () => (await pictures()).join() === [resting, resting].join();
    await until(areAtRest, 'the icon of the worker that was stopped to be that of the other');
  });

  it('give way to deployments or to no groups at all, as the menu of the view says', async () => {
    const { choose, page, row } = workbench();
    const chooseInView = async (item: string) => {
      // A view shows its buttons while the mouse is over it.
      await row('workers.yaml').hover();
      const header = page.locator('.sidebar .pane-header', { hasText: 'Workers' });
      await header.getByRole('button', { name: /More Actions/ }).click();
      await choose(item);
    };
    await chooseInView('Group by Deployment');
    await workbench().rowsAre(['workers.yaml', 'Processes', 'web', 'api', 'jobs', 'mail', 'Modules']);
    await chooseInView('Show Flat');
    await workbench().rowsAre(['workers.yaml', 'web', 'api', 'jobs', 'mail']);
    await chooseInView('Group by Name');
    await workbench().rowsAre(['workers.yaml', 'front', 'web', 'api', 'back', 'jobs', 'Processes', 'mail', 'Modules']);
  });

  it('are switched as a whole, and all workers too, each in one step that undo takes back', async () => {
    const { chooseInRow, open, page, run } = workbench();
    const typesAre = async (...wanted: readonly string[]) => {
      let found: readonly string[] = [];
      await until(
        async () => {
          const text = await readFile(path.join(workbench().folder, 'workers.yaml'), 'utf8');
          found = [...text.matchAll(/type: (\w+)/g)].map(([, type = '']) => type);
          return found.join() === wanted.join();
        },
        () => `the types ${wanted.join()}; they were ${found.join()}`,
      );
    };
    const undo = async () => {
      await page.keyboard.press('Control+KeyZ');
      await page.keyboard.press('Control+KeyS');
    };
    await chooseInRow('front', 'Switch Group to Modules');
    await typesAre('module', 'module', 'process', 'process');
    await workerWhen(workbench().folder, 'api', ({ type }) => type === 'module');
    await run('HSU: Switch All to Modules');
    await typesAre('module', 'module', 'module', 'module');
    await open('workers.yaml');
    await undo();
    await typesAre('module', 'module', 'process', 'process');
    await undo();
    await typesAre('process', 'process', 'process', 'process');
  });
});
