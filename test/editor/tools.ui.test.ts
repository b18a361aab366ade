import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const fixtures = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor');
const ids = ['module', 'process', 'sleeper'];

describe('the tools of the editor', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    folder: path.join(fixtures, 'tools'),
    extensions: [path.join(fixtures, 'recording-debugger')],
    settings: { 'debug.showInStatusBar': 'always' },
  });

  const running = (id: string) => workerWhen(workbench().folder, id, ({ state }) => state === 'running');
  const debugged = (id: string) => workerWhen(workbench().folder, id, ({ debugging }) => debugging);

  const detach = async (...held: readonly string[]) => {
    const { page } = workbench();
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    for (const id of held) await workerWhen(workbench().folder, id, ({ debugging }) => !debugging);
  };

  const picked = (text: string | RegExp) =>
    workbench().page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();

  const inFolder = async (name: string, content: object) => {
    const file = path.join(workbench().folder, '.vscode', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(content));
  };

  /** The configuration that F5 starts, as the editor has read it: it hears of a changed file after some time. */
  const launched = (name: string) => workbench().page.locator('.part.statusbar').getByText(name);

  before(() => workbench().showView());

  it('runs a task of the workers before a launch, which finds them up', async () => {
    const { page, row, run } = workbench();
    await inFolder('tasks.json', {
      version: '2.0.0',
      tasks: [{ label: 'services', type: 'hsu', action: 'start' }],
    });
    // An attachment to a worker that does not run fails.
    const attach = { name: 'module with services', type: 'hsu', request: 'attach', worker: 'module' };
    await inFolder('launch.json', { configurations: [{ ...attach, preLaunchTask: 'services' }] });
    await row('module, initialized').waitFor();
    await launched('module with services').waitFor();
    await run('HSU Workers: Focus on Workers View');
    await page.keyboard.press('F5');
    await row('module, running (debugging)').waitFor();
    await Promise.all(ids.map(running));
    await detach('module');
    await rm(path.join(workbench().folder, '.vscode'), { recursive: true });
  });

  it('holds a launch whose task finds an error in the workers file, and shows it among the problems', async () => {
    const { page, run } = workbench();
    const file = path.join(workbench().folder, 'workers.yaml');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('type: module', 'type: modul'));
    const attach = { name: 'process when valid', type: 'hsu', request: 'attach', worker: 'process' };
    await inFolder('launch.json', { configurations: [{ ...attach, preLaunchTask: 'hsu: validate' }] });
    await launched('process when valid').waitFor();
    await page.keyboard.press('F5');
    const dialog = page.getByRole('dialog').filter({ hasText: /preLaunchTask 'hsu: validate'/ });
    await dialog.getByRole('button', { name: 'Show Errors' }).click();
    await page
      .locator('.markers-panel')
      .getByText(/modul\b/)
      .first()
      .waitFor();
    await workbench().screenshot('tools-launch-held');
    assert.equal((await running('process')).debugging, false);
    await writeFile(file, text);
    await rm(path.join(workbench().folder, '.vscode'), { recursive: true });
    await run('HSU: Start All Workers');
    await Promise.all(ids.map(running));
  });

  it('debugs by F5 without a launch.json: it asks which worker', async () => {
    const { open, page, row } = workbench();
    await launched('process when valid').waitFor({ state: 'detached' });
    await open('workers.yaml');
    await page.keyboard.press('F5');
    await picked('process').click();
    await row('process, running (debugging)').waitFor();
    await detach('process');
  });

  it('debugs all workers in one session', async () => {
    const { page, row, screenshot } = workbench();
    await page.keyboard.press('Control+KeyP');
    await page.locator('.quick-input-widget input').fill('debug HSU');
    await picked('HSU Worker...').click();
    await picked('HSU all workers').click();
    for (const id of ids) await row(`${id}, running (debugging)`).waitFor();
    await screenshot('tools-debug-all');
    await detach(...ids);
    assert.equal(await page.locator('.debug-toolbar').isVisible(), false);
    await Promise.all(ids.map(running));
  });

  it("starts the debugger that a package names for its processes, with the worker's process filled in", async () => {
    const { chooseInRow, folder, page, row } = workbench();
    const recorded = path.join(folder, 'recorded.json');
    await rm(recorded, { force: true });
    await chooseInRow('sleeper, running', 'Debug');
    await row('sleeper, running (debugging)').waitFor();
    await page.locator('.debug-toolbar').waitFor();
    const { pid } = await debugged('sleeper');
    const text = await until(() => readFile(recorded, 'utf8').catch(() => undefined), 'the debugger to be started');
    const { type, request, program, initCommands, target } = JSON.parse(text) as Record<string, unknown>;
    assert.deepEqual(
      { type, request, program, initCommands, target },
      {
        type: 'recording',
        request: 'attach',
        program: path.join(folder, 'bin', 'sleeper'),
        initCommands: [`attach to ${pid}`],
        target: { process: pid },
      },
    );
    await detach('sleeper');
    assert.equal((await running('sleeper')).pid, pid);
  });

  for (const id of ['module', 'process']) {
    it(`opens the CPU profile of a ${id} in the editor's own viewer, also when ended early`, async () => {
      const { chooseInRow, notification, page, row, screenshot } = workbench();
      await chooseInRow(`${id}, running`, 'Record CPU Profile');
      // The inspector is opened first; before that there would be nothing to see.
      await row(`${id}, running (debugging)`).waitFor();
      await notification(`Recording ${id}`).getByRole('button', { name: 'Cancel' }).click();
      await page.locator('.tab.active', { hasText: /\.cpuprofile$/ }).waitFor();
      await viewer().getByText('countOn').first().waitFor();
      await screenshot(`tools-profile-${id}`);
      await closeEditor();
    });

    it(`opens the heap snapshot of a ${id} in the editor's own viewer`, async () => {
      const { chooseInRow, page, screenshot } = workbench();
      await chooseInRow(`${id}, running`, 'Take Heap Snapshot');
      await page.locator('.tab.active', { hasText: /\.heapsnapshot$/ }).waitFor();
      await viewer().getByText('Retained Size').first().waitFor();
      await screenshot(`tools-heap-${id}`);
      await closeEditor();
    });
  }

  const viewer = () => workbench().page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');

  const closeEditor = async () => {
    await workbench().run('View: Close Editor');
    await workbench().page.locator('iframe.webview.ready').waitFor({ state: 'detached' });
  };

  it('obeys the keys of the view on the selected row', async () => {
    const { page, row, run, screenshot } = workbench();
    const before = await running('process');
    await row('process, running').click();
    await run('HSU Workers: Focus on Workers View');
    await page.keyboard.press('Control+Alt+KeyR');
    await workerWhen(workbench().folder, 'process', (now) => now.state === 'running' && now.restarts > before.restarts);
    await page.keyboard.press('Control+Alt+KeyL');
    const channels = page.locator('.part.panel').getByRole('combobox').filter({ hasText: 'HSU process' });
    await channels.waitFor();
    // That of the worker that was asked for, and of no other.
    const ofWorkers = async () =>
      (await channels.locator('option').allTextContents()).filter((name) => /^HSU (?!Workers$)/.test(name));
    assert.deepEqual(await ofWorkers(), ['HSU process']);
    await page.keyboard.press('Control+Alt+KeyH');
    await picked('Stop All Workers').waitFor();
    await screenshot('tools-actions');
    await page.keyboard.press('Escape');
    await row('process, running').click();
    await run('HSU Workers: Focus on Workers View');
    await page.keyboard.press('Control+Alt+KeyD');
    await row('process, running (debugging)').waitFor();
    await detach('process');
    const again = await running('process');
    await page.keyboard.press('Control+Alt+KeyR');
    await workerWhen(workbench().folder, 'process', (now) => now.state === 'running' && now.restarts > again.restarts);
    await page.keyboard.press('Control+Alt+KeyL');
    await channels.waitFor();
    assert.deepEqual(await ofWorkers(), ['HSU process'], 'one for the life of the worker');
  });
});
