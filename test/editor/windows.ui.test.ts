import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { isAlive } from '../support/hsu.ts';
import { processesWith } from '../support/processes-with.ts';
import { stepByStep } from '../support/step-by-step.ts';
import { until } from '../support/until.ts';
import { useWorkbench, type WorkbenchWindow } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'pair');
const ofApi = 'web, initialized, process';
const ofJobs = 'web, initialized, module';

describe('two windows on the same workers files', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder });
  stepByStep();
  let other: WorkbenchWindow;
  const jobs = () => path.join(workbench().folder, 'jobs');
  const api = () => path.join(workbench().folder, 'api');
  const runs = (place: string) => workerWhen(place, 'web', ({ state }) => state === 'running');

  before(async () => {
    other = await workbench().openWindow(path.join(workbench().folder, 'pair.code-workspace'));
  });

  it('have the workers of each file below it, also where the window has several folders', async () => {
    const rows = [
      'api/workers.yaml',
      'Processes',
      ofApi,
      'Modules',
      'jobs/workers.yaml',
      'Processes',
      'Modules',
      ofJobs,
    ];
    for (const window of [workbench(), other]) {
      await window.showView();
      await window.rowsAre(rows);
    }
  });

  it('share the masters: what one starts the other shows, and of two workers of one name it is the right one', async () => {
    await workbench().clickInRow(ofJobs, 'Start');
    await other.row('web, running, module').waitFor();
    await other.row(ofApi).waitFor();
    await other.clickInRow(ofApi, 'Start');
    await workbench().row('web, running, process').waitFor();
    await other.screenshot('windows-several-folders');
    await other.chooseInRow('web, running, module', 'Restart');
    await workerWhen(jobs(), 'web', ({ state, restarts }) => state === 'running' && restarts === 1);
    assert.equal((await runs(api())).restarts, 0);
  });

  it('leave the workers running when one of them is closed', async () => {
    const before = await runs(api());
    const hosts = () => processesWith('--type=extensionHost', workbench().pid);
    assert.equal((await hosts()).length, 2);
    await other.page.close({ runBeforeUnload: true });
    await until(async () => (await hosts()).length === 1, 'the extension host of the closed window to end');
    const after = await runs(api());
    assert.deepEqual([after.pid, after.host_pid], [before.pid, before.host_pid]);
    await workbench().row('web, running, process').waitFor();
  });

  it('end everything some time after the last of them is closed; meanwhile services are imported elsewhere', async () => {
    const [{ pid }, master] = [await runs(api()), await withMasterOf(api(), ({ welcome }) => welcome.pid)];
    const { openWindow, page } = workbench();
    const ended = withMasterOf(api(), (connected) => connected.closed());
    const project = path.join(workbench().folder, 'project');
    await describeServices(project);
    await page.goto('about:blank');
    await importInto(await openWindow(project), project);
    await ended;
    await until(async () => !(await isAlive(pid)) && !(await isAlive(master)), 'the worker and its master to be gone');
  });
});

/** One service in the file of each tool. */
async function describeServices(project: string): Promise<void> {
  const files = {
    'package.json': JSON.stringify({ name: 'shop', scripts: { start: 'node server.js' } }),
    Procfile: 'mail: node mail.js\n',
    'compose.yaml': 'services:\n  orders:\n    image: node:22\n    command: node orders.js\n',
    'ecosystem.config.js': "module.exports = { apps: [{ name: 'stock', script: 'stock.js' }] };\n",
    'process-compose.yaml': 'version: "0.5"\nprocesses:\n  prices:\n    command: node prices.js\n',
  };
  await mkdir(project);
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(project, name), text);
}

async function importInto(window: WorkbenchWindow, project: string): Promise<void> {
  const { page, row, screenshot, showView } = window;
  await showView();
  await page.locator('.sidebar').getByRole('button', { name: 'Import Services…' }).click();
  const entry = (id: string) => page.locator('.quick-input-list .monaco-list-row', { hasText: id });
  const sources = {
    shop: 'package.json',
    mail: 'Procfile',
    orders: 'compose.yaml',
    stock: 'ecosystem.config.js',
    prices: 'process-compose.yaml',
  };
  for (const [id, source] of Object.entries(sources)) await entry(id).filter({ hasText: source }).waitFor();
  await screenshot('windows-import');
  await entry('mail').click();
  await page.locator('.quick-input-widget').getByRole('button', { name: 'OK' }).click();
  await page.locator('.tab.active', { hasText: 'workers.yaml' }).waitFor();
  const written = await readFile(path.join(project, 'workers.yaml'), 'utf8');
  const ids = [...written.matchAll(/^ {2}- id: (\w+)/gm)].map(([, id]) => id);
  assert.deepEqual(ids.toSorted(), ['orders', 'prices', 'shop', 'stock']);
  for (const id of ids) await row(`${id}, initialized`).waitFor();
}
