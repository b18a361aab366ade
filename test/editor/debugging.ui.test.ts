import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { debuggerPane } from '../support/debugger-pane.ts';
import { stepByStep } from '../support/step-by-step.ts';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'three-places');
const places = ['in-shared', 'in-thread', 'in-process'] as const;

/**
 * With HSU_LONG=1 the workers have the times that are in force where none is written, the longest of which is that of a
 * health check: three passes, each half a minute after the one before, and five seconds for an answer.
 */
const isLong = process.env['HSU_LONG'] === '1';
/** How long a worker stands still, past every time its master could count. */
const pauses = isLong ? { running: 130_000, starting: 130_000 } : { running: 3_000, starting: 7_000 };

async function withUsualTimes(folder: string): Promise<void> {
  const file = path.join(folder, 'workers.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replaceAll(/, interval.*\}/g, ' }').replaceAll(/^ *start_timeout.*\n/gm, ''));
}

/** Figures, which nothing depends on. */
const tell = (figure: string) => console.log(`        ${figure}`);

describe('debugging', function () {
  this.timeout(isLong ? 300_000 : 120_000);
  const workbench = useWorkbench({ folder, ...(isLong ? { prepare: withUsualTimes } : {}) });
  const { detach, held, proceed, stoppedAt, tidy, toggleBreakpoint, variable } = debuggerPane(workbench, 'service.ts');

  const when = (id: string, wanted: (worker: WorkerSnapshot) => boolean) => workerWhen(workbench().folder, id, wanted);
  const running = (id: string) => when(id, ({ state }) => state === 'running');

  const ask = async (id: string): Promise<string> => {
    const { endpoints } = await when(id, ({ state, endpoints: known }) => state === 'running' && known.length > 0);
    return (await fetch(`${endpoints[0]?.address ?? ''}/question`)).text();
  };

  /** Has a question of a worker stand at a breakpoint, by Debug in its row; resolves with the worker as it was. */
  const standAtAnswer = async (id: string) => {
    const { clickInRow, page, showView } = workbench();
    await toggleBreakpoint('const answer');
    await showView();
    await clickInRow(`${id}, `, /^Debug/);
    await page.locator('.inline-breakpoint-widget').first().waitFor();
    const { restarts } = await running(id);
    const unanswered = ask(id).catch(String);
    await stoppedAt('const answer');
    return { restarts, unanswered };
  };

  /** Has the start of a worker stand at a breakpoint, by the menu of its row. */
  const standInStart = async (id: string) => {
    const { chooseInRow, showView } = workbench();
    await toggleBreakpoint('console.log(greeting)');
    await showView();
    await chooseInRow(`${id}, `, 'Restart and Debug from the First Line');
    await stoppedAt('console.log(greeting)');
  };

  /** A clock that did not stand still would be over. */
  const pausedFor = async (ms: number, meanwhile: () => Promise<void>) => {
    for (const until = Date.now() + ms; Date.now() < until; await delay(50)) await meanwhile();
  };

  /** None has failed or was started anew, and those no debugger holds are found healthy. */
  const allAsBefore = async (before: readonly WorkerSnapshot[]) => {
    for (const { id, restarts, host_pid } of before) {
      const now = await when(id, ({ debugging, health }) => debugging || health === 'healthy');
      assert.deepEqual([now.state, now.restarts, now.host_pid], ['running', restarts, host_pid]);
    }
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
        await tidy();
        await Promise.all(places.map(running));
      });

      it('stops at a breakpoint in TypeScript, shows variables, steps and goes on; the others answer meanwhile', async () => {
        const { clickInRow, page, screenshot, showView } = workbench();
        await toggleBreakpoint('const answer');
        await showView();
        await clickInRow(`${id}, `, /^Debug/);
        await page.locator('.inline-breakpoint-widget').first().waitFor();
        const before = await Promise.all(places.map(running));
        const answer = ask(id);
        await stoppedAt('const answer');
        await variable(/^Scope Local/, /request/);
        await pausedFor(pauses.running, async () => {
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
        await page.locator('.inline-breakpoint-widget').first().waitFor();
        const answer = ask(id);
        await stoppedAt('const answer');
        await proceed();
        assert.match(await answer, new RegExp(id));
      });

      it('keeps the session over an edit of its source: after the restart it stops in the new code', async () => {
        const { folder: copy, goToLine, open, page, run, typeAt } = workbench();
        const source = () => readFile(path.join(copy, 'service.ts'), 'utf8');
        const restart = async () => {
          const before = await running(id);
          await run('Debug: Restart');
          await when(id, ({ state, restarts }) => state === 'running' && restarts > before.restarts);
          await when(id, ({ debugging }) => debugging);
        };
        const line = (await source()).split('\n').indexOf('    asked += 1;') + 1;
        await open('service.ts');
        await typeAt(line, '    asked += 1;'.length + 1, '\nasked += 1000;');
        await page.keyboard.press('Control+KeyS');
        await until(async () => (await source()).includes('    asked += 1000;\n'), 'the edit to be saved');
        await restart();
        const { answer } = await held('const answer', () => ask(id));
        await proceed();
        assert.match(await answer, new RegExp(`${id} answers /question, number [1-9]\\d{3,}$`));
        await goToLine(line + 1);
        await page.keyboard.press('Control+Shift+KeyK');
        await page.keyboard.press('Control+KeyS');
        await until(async () => !(await source()).includes('1000'), 'the edit to be taken back');
        await restart();
        assert.equal(await page.locator('.debug-toolbar .monaco-select-box').count(), 0);
      });

      it('stays in its one session when it is to be debugged once more', async () => {
        const { clickInRow, page, showView } = workbench();
        await showView();
        // While a row is drawn anew, its buttons act on none.
        const drawn = new RegExp(`^${id}, running \\(debugging\\), .*http`);
        await page.getByRole('treeitem', { name: drawn }).waitFor();
        await clickInRow(`${id}, `, /^Debug/);
        await page
          .locator('.part.sidebar')
          .getByRole('heading', { name: /^Run and Debug/i })
          .waitFor();
        const answer = ask(id);
        await stoppedAt('const answer');
        // It would offer the choice between several.
        assert.equal(await page.locator('.debug-toolbar .monaco-select-box').count(), 0);
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
        await standInStart(id);
        const started = await Promise.all(others.map(running));
        await pausedFor(pauses.starting, async () => {
          for (const other of others) assert.match(await ask(other), new RegExp(other));
        });
        await allAsBefore(started);
        const starting = await withMasterOf(workbench().folder, ({ welcome }) =>
          welcome.workers.find((worker) => worker.id === id),
        );
        assert.equal(starting?.state, 'starting');
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

      for (const [button, next] of [
        ['Restart', 'running'],
        ['Stop', 'stopped'],
      ] as const) {
        it(`obeys ${button} in its row while it stands at a breakpoint`, async () => {
          const { clickInRow, page, showView } = workbench();
          const { restarts, unanswered } = await standAtAnswer(id);
          await showView();
          await clickInRow(`${id}, `, new RegExp(`^${button}`));
          const pressed = Date.now();
          const obeyed = await when(id, (now) => now.state === next && (next === 'stopped' || now.restarts > restarts));
          tell(`${button}, pressed at a breakpoint: ${next} after ${Date.now() - pressed} ms`);
          assert.equal(obeyed.last_error, null);
          await unanswered;
          if (next === 'running') await when(id, ({ debugging }) => debugging);
          if (next === 'running') await detach(id);
          await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
          await toggleBreakpoint('const answer');
        });
      }

      it('obeys Restart and Stop of the debugger while it stands at a breakpoint: it is held anew, then let go', async () => {
        const { clickInRow, page, showView } = workbench();
        await showView();
        await clickInRow(`${id}, `, /^Start/);
        await running(id);
        const { restarts, unanswered } = await standAtAnswer(id);
        const button = (name: RegExp) => page.locator('.debug-toolbar').getByRole('button', { name }).first().click();
        await button(/^Restart/);
        let pressed = Date.now();
        const anew = await when(id, (now) => now.state === 'running' && now.restarts > restarts);
        tell(`Restart of the debugger, pressed at a breakpoint: running after ${Date.now() - pressed} ms`);
        assert.equal(anew.last_error, null);
        await unanswered;
        await when(id, ({ debugging }) => debugging);
        const answer = ask(id);
        await stoppedAt('const answer');
        await button(/^(Stop|Disconnect)/);
        pressed = Date.now();
        assert.match(await answer, new RegExp(id));
        tell(`Stop of the debugger, pressed at a breakpoint: answers after ${Date.now() - pressed} ms`);
        assert.equal((await when(id, ({ debugging }) => !debugging)).restarts, anew.restarts);
        await toggleBreakpoint('const answer');
      });

      it('obeys Restart in its row while its start stands at a breakpoint: it starts anew, and its session stays', async () => {
        const { clickInRow, page, showView } = workbench();
        await standInStart(id);
        const { restarts } = await when(id, ({ state }) => state === 'starting');
        await showView();
        await clickInRow(`${id}, `, /^Restart/);
        const pressed = Date.now();
        const anew = await when(id, (now) => now.state === 'running' && now.restarts > restarts && now.debugging);
        tell(`Restart, pressed while its start stood at a breakpoint: running after ${Date.now() - pressed} ms`);
        assert.equal(anew.last_error, null);
        assert.match(await ask(id), new RegExp(id));
        await page.locator('.debug-toolbar').waitFor();
        await detach(id);
        await toggleBreakpoint('console.log(greeting)');
      });

      it('obeys Stop in its row while its start stands at a breakpoint', async () => {
        const { clickInRow, page, showView } = workbench();
        await standInStart(id);
        await showView();
        await clickInRow(`${id}, `, /^Stop/);
        const pressed = Date.now();
        assert.equal((await when(id, ({ state }) => state === 'stopped')).last_error, null);
        tell(`Stop, pressed while its start stood at a breakpoint: stopped after ${Date.now() - pressed} ms`);
        await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
        await toggleBreakpoint('console.log(greeting)');
      });

      it('starts again after that', async () => {
        const { clickInRow, showView } = workbench();
        await showView();
        await clickInRow(`${id}, `, /^Start/);
        assert.match(await ask(id), new RegExp(id));
      });
    });
  }
});
