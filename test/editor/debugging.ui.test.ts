import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { stepByStep } from '../support/step-by-step.ts';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'three-places');
const places = ['in-shared', 'in-thread', 'in-process'] as const;

describe('debugging', function () {
  this.timeout(60_000);
  const workbench = useWorkbench({ folder });

  const when = (id: string, wanted: (worker: WorkerSnapshot) => boolean) => workerWhen(workbench().folder, id, wanted);
  const running = (id: string) => when(id, ({ state }) => state === 'running');

  const ask = async (id: string): Promise<string> => {
    const { endpoints } = await when(id, ({ state, endpoints: known }) => state === 'running' && known.length > 0);
    return (await fetch(`${endpoints[0]?.address ?? ''}/question`)).text();
  };

  const lineOf = async (text: string) =>
    (await readFile(path.join(folder, 'service.ts'), 'utf8')).split('\n').findIndex((line) => line.includes(text)) + 1;

  const toggleBreakpoint = async (text: string) => {
    await workbench().open('service.ts');
    await workbench().goToLine(await lineOf(text));
    await workbench().page.keyboard.press('F9');
  };

  const stoppedAt = async (text: string) => {
    const { page } = workbench();
    const line = page.locator('.debug-top-stack-frame-line');
    await line.waitFor();
    const caret = page
      .locator('.part.statusbar')
      .getByRole('button', { name: new RegExp(`^Ln ${await lineOf(text)},`) });
    await caret.waitFor();
  };

  const variable = async (scope: RegExp, name: RegExp) => {
    const { page } = workbench();
    const row = page.getByRole('treeitem', { name: scope }).first();
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'false') await row.click();
    await page.getByRole('treeitem', { name }).first().waitFor();
  };

  const proceed = async () => {
    const { page } = workbench();
    await page.keyboard.press('F5');
    await page.locator('.debug-top-stack-frame-line').waitFor({ state: 'detached' });
  };

  /** Longer than every time of the workers file, so that a clock that did not stand still would be over. */
  const pausedFor = async (ms: number, meanwhile: () => Promise<void>) => {
    for (const until = Date.now() + ms; Date.now() < until;) await meanwhile();
  };

  /** None has failed or was started anew, and those no debugger holds are found healthy. */
  const allAsBefore = async (before: readonly WorkerSnapshot[]) => {
    for (const { id, restarts, host_pid } of before) {
      const now = await when(id, ({ debugging, health }) => debugging || health === 'healthy');
      assert.deepEqual([now.state, now.restarts, now.host_pid], ['running', restarts, host_pid]);
    }
  };

  const detach = async (id: string) => {
    await workbench().page.keyboard.press('Shift+F5');
    await workbench().page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await when(id, ({ debugging }) => !debugging);
  };

  before(async () => {
    const { run, showView, row } = workbench();
    await showView();
    await row('in-shared, initialized').waitFor();
    await run('HSU: Start All Workers');
    await Promise.all(places.map(running));
  });

  for (const id of places) {
    describe(`of the worker ${id}`, () => {
      const others = places.filter((place) => place !== id);
      stepByStep();

      before(async () => {
        const { open, page, run } = workbench();
        // Left by a test that failed.
        await open('service.ts');
        if (await page.locator('.debug-toolbar').isVisible()) await run('Debug: Stop');
        if ((await page.locator('.codicon-debug-breakpoint').count()) > 0) await run('Debug: Remove All Breakpoints');
        await Promise.all(places.map(running));
      });

      it('stops at a breakpoint in TypeScript, shows variables, steps and goes on; the others answer meanwhile', async () => {
        const { clickInRow, page, screenshot, showView } = workbench();
        await toggleBreakpoint('const answer');
        await showView();
        await clickInRow(`${id}, `, /^Debug/);
        await page.locator('.inline-breakpoint-widget').waitFor();
        const before = await Promise.all(places.map(running));
        const answer = ask(id);
        await stoppedAt('const answer');
        await variable(/^Scope Local/, /request/);
        await pausedFor(3_000, async () => {
          for (const other of others) assert.match(await ask(other), new RegExp(other));
        });
        await allAsBefore(before);
        await page.keyboard.press('F10');
        await stoppedAt('response.end(answer)');
        await screenshot(`debugging-${id}`);
        await proceed();
        assert.match(await answer, new RegExp(`${id} answers /question`));
      });

      it('keeps the session over a restart of the worker', async () => {
        const { page, run } = workbench();
        const before = await running(id);
        await run('Debug: Restart');
        await when(id, ({ state, restarts }) => state === 'running' && restarts > before.restarts);
        await when(id, ({ debugging }) => debugging);
        await page.locator('.inline-breakpoint-widget').waitFor();
        const answer = ask(id);
        await stoppedAt('const answer');
        await proceed();
        assert.match(await answer, new RegExp(id));
      });

      it('leaves the worker running when it ends', async () => {
        const { state, pid, host_pid } = await running(id);
        await detach(id);
        const after = await running(id);
        assert.deepEqual([after.state, after.pid, after.host_pid], [state, pid, host_pid]);
        await toggleBreakpoint('const answer');
        assert.match(await ask(id), new RegExp(id));
      });

      it('holds a start at its first lines, and no clock runs meanwhile', async () => {
        const { chooseInRow, showView } = workbench();
        await toggleBreakpoint('console.log(greeting)');
        await showView();
        await chooseInRow(`${id}, `, 'Restart and Debug from the First Line');
        await stoppedAt('console.log(greeting)');
        const started = await Promise.all(others.map(running));
        await pausedFor(7_000, async () => {
          for (const other of others) assert.match(await ask(other), new RegExp(other));
        });
        await allAsBefore(started);
        const held = await withMasterOf(workbench().folder, ({ welcome }) =>
          welcome.workers.find((worker) => worker.id === id),
        );
        assert.equal(held?.state, 'starting');
      });

      it('steps in a start, holds it again when restarted, and lets it go on when the session ends', async () => {
        const { page, run } = workbench();
        await page.keyboard.press('F10');
        await stoppedAt('await new Promise<void>');
        await run('Debug: Restart');
        await stoppedAt('console.log(greeting)');
        await detach(id);
        await running(id);
        await toggleBreakpoint('console.log(greeting)');
        assert.match(await ask(id), new RegExp(id));
      });
    });
  }
});
