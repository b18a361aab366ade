import assert from 'node:assert/strict';
import { execa } from 'execa';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '../support/free-port.ts';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { stepByStep } from '../support/step-by-step.ts';
import { useWorkbench, type WorkbenchWindow } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'one-port');

async function asRepository(copy: string): Promise<void> {
  const file = path.join(copy, 'workers.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll('18096', String(await freePort())));
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: copy });
  await git('init', '--quiet');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'The project');
  await git('worktree', 'add', '--quiet', worktreeOf(copy));
  await setIsolated(worktreeOf(copy), true);
}

const worktreeOf = (copy: string) => path.join(copy, 'worktrees', 'other');

async function setIsolated(worktree: string, isIsolated: boolean): Promise<void> {
  await mkdir(path.join(worktree, '.vscode'), { recursive: true });
  await writeFile(path.join(worktree, '.vscode', 'settings.json'), JSON.stringify({ 'hsu.isolated': isIsolated }));
}

describe('two worktrees of one repository', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({ folder, prepare: asRepository });
  stepByStep();
  let other: WorkbenchWindow;
  const worktree = () => worktreeOf(workbench().folder);
  const running = (place: string) =>
    workerWhen(place, 'web', ({ state, health }) => state === 'running' && health === 'healthy');
  const answerOf = async (place: string) => (await fetch((await running(place)).endpoints[0]?.address ?? '')).text();

  before(async () => {
    other = await workbench().openWindow(worktree());
  });

  it('run side by side, the isolated one on a port of its own, each with a master of its own', async () => {
    for (const window of [workbench(), other]) {
      await window.showView();
      await window.row('web, initialized').waitFor();
    }
    await workbench().clickInRow('web, initialized', 'Start');
    await running(workbench().folder);
    await other.clickInRow('web, initialized', 'Start');
    const [here, there] = [await running(workbench().folder), await running(worktree())];
    assert.notEqual(here.endpoints[0]?.address, there.endpoints[0]?.address);
    assert.equal(await answerOf(workbench().folder), workbench().folder);
    assert.equal(await answerOf(worktree()), worktree());
    await other.screenshot('worktrees-isolated');
    const masters = [workbench().folder, worktree()].map((one) => withMasterOf(one, ({ welcome }) => welcome.pid));
    assert.notEqual(await masters[0], await masters[1]);
  });

  it('a stop in one leaves the other', async () => {
    const { pid } = await running(worktree());
    await workbench().clickInRow('web, running', 'Stop');
    await workerWhen(workbench().folder, 'web', ({ state }) => state === 'stopped');
    assert.equal((await running(worktree())).pid, pid);
    assert.equal(await answerOf(worktree()), worktree());
  });

  it('when the setting is taken away the restart to the port of the file is offered', async () => {
    const isolated = await running(worktree());
    await setIsolated(worktree(), false);
    await other
      .notification(/web has changed/)
      .getByRole('button', { name: 'Restart' })
      .click();
    const after = await workerWhen(
      worktree(),
      'web',
      ({ state, restarts }) => state === 'running' && restarts > isolated.restarts,
    );
    assert.notEqual(after.endpoints[0]?.address, isolated.endpoints[0]?.address);
  });
});
