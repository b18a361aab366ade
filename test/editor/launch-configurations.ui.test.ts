import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errors } from 'playwright-core';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { debuggerPane } from '../support/debugger-pane.ts';
import { withMasterOf, workerWhen } from '../support/master-of.ts';
import { until } from '../support/until.ts';
import { useWorkbench } from '../support/workbench.ts';

const folder = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'three-places');
/** The two first are in one thread. */
const ids = ['in-shared', 'in-shared-too', 'in-thread', 'in-process'] as const;

const each = (request: 'attach' | 'launch') =>
  ids.map((id) => ({ name: `${request} ${id}`, type: 'hsu', request, worker: id }));
const named = (configurations: readonly { readonly name: string }[]) => configurations.map(({ name }) => name);
const launch = {
  version: '0.2.0',
  configurations: [
    ...each('attach'),
    ...each('launch'),
    { name: 'every worker', type: 'hsu', request: 'attach', worker: 'all' },
    { name: 'every start', type: 'hsu', request: 'launch', worker: 'all' },
  ],
  compounds: [
    { name: 'debug all', configurations: named(each('attach')), stopAll: true },
    { name: 'start together', configurations: named(each('launch')), stopAll: true },
    { name: 'debug apart', configurations: named(each('attach')) },
  ],
};

/** A button that vanishes before it is clicked. */
function unlessGone(error: unknown): void {
  if (!(error instanceof errors.TimeoutError)) throw error;
}

describe('launch.json', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    folder,
    prepare: async (copy) => {
      const file = path.join(copy, 'workers.yaml');
      const text = await readFile(file, 'utf8');
      const [, shared = ''] = /^workers:\n((?: {2}.*\n)+)/m.exec(text) ?? [];
      await writeFile(file, `${text}\n${shared.replace('in-shared', 'in-shared-too')}`);
      await mkdir(path.join(copy, '.vscode'));
      await writeFile(path.join(copy, '.vscode', 'launch.json'), JSON.stringify(launch));
    },
  });
  const { held, proceed, stoppedAt, toggleBreakpoint } = debuggerPane(workbench, 'service.ts');

  const ask = async (id: string): Promise<string> => {
    const { endpoints } = await workerWhen(workbench().folder, id, ({ endpoints: known }) => known.length > 0);
    return (await fetch(`${endpoints[0]?.address ?? ''}/question`)).text();
  };

  const standing = (id: string) => held('const answer', () => ask(id));

  before(async () => {
    const { row, run, showView } = workbench();
    await showView();
    await row('in-shared, initialized').waitFor();
    await run('HSU: Start All Workers');
    for (const id of ids) await workerWhen(workbench().folder, id, ({ state }) => state === 'running');
    await toggleBreakpoint('const answer');
    await showView();
  });

  for (const [name, debugged] of [
    ['debug all', ids],
    // One session has one debugger for what pauses together.
    ['every worker', ids.filter((id) => id !== 'in-shared-too')],
  ] as const) {
    it(`"${name}" debugs all workers: each stops at a breakpoint, and one Stop lets go of all`, async () => {
      const { debug, folder: copy, page, screenshot } = workbench();
      await debug(name);
      for (const id of debugged) await workerWhen(copy, id, ({ debugging }) => debugging);
      await page.locator('.inline-breakpoint-widget').first().waitFor();
      for (const id of ids) {
        const question = await standing(id);
        await screenshot(`launch-${name.replace(' ', '-')}-${id}`);
        await proceed();
        assert.match(await question.answer, new RegExp(`${id} answers`));
      }
      await page.keyboard.press('Shift+F5');
      await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
      for (const id of ids) await workerWhen(copy, id, ({ debugging }) => !debugging);
      const workers = await withMasterOf(copy, ({ welcome }) => welcome.workers);
      assert.deepEqual(
        workers.map(({ state, restarts, last_error }) => [state, restarts, last_error]),
        ids.map(() => ['running', 0, null]),
      );
    });
  }

  for (const [name, starts, together] of [
    ['start together', 1, ['in-thread', 'in-process']],
    // One session goes from worker to worker.
    ['every start', 2, []],
  ] as const) {
    it(`"${name}" holds every start at its first lines, those of one thread one after the other`, async () => {
      await holdEveryStart(name, starts, together);
    });
  }

  const holdEveryStart = async (name: string, starts: number, together: readonly string[]) => {
    const { debug, folder: copy, page, row, showView } = workbench();
    await toggleBreakpoint('const answer');
    await toggleBreakpoint('console.log(greeting)');
    await showView();
    const seenHeld = new Set<string>();
    await withMasterOf(copy, async (master) => {
      master.onSnapshots((workers) => {
        for (const { id, state, debugging } of workers) if (state === 'starting' && debugging) seenHeld.add(id);
      });
      await debug(name);
      await letGoOn(starts, together, () => master.workers);
    });
    assert.deepEqual([...seenHeld].toSorted(), [...ids].toSorted());
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    await toggleBreakpoint('console.log(greeting)');
    await toggleBreakpoint('const answer');
    await showView();
    await row('in-shared, running').waitFor();
  };

  /** Continues whatever stands until every worker has been started once more. */
  const letGoOn = async (starts: number, together: readonly string[], workers: () => readonly WorkerSnapshot[]) => {
    const { folder: copy, page } = workbench();
    for (const id of together) await workerWhen(copy, id, ({ state, debugging }) => state === 'starting' && debugging);
    await stoppedAt('console.log(greeting)');
    // By the mouse: the key would start something new while none stands.
    const proceeding = page.locator('.debug-toolbar').getByRole('button', { name: /^Continue/ });
    await until(
      async () => {
        if (await proceeding.isVisible()) await proceeding.click({ timeout: 2_000 }).catch(unlessGone);
        return workers().every(({ state, restarts }) => state === 'running' && restarts === starts);
      },
      'every worker to have been started once more, and let go on',
      60_000,
    );
  };

  it('what starts while a module is debugged runs on by itself and becomes no session', async () => {
    const { clickInRow, debug, folder: copy, page, row, showView } = workbench();
    await debug('attach in-shared');
    await workerWhen(copy, 'in-shared', ({ debugging }) => debugging);
    const { answer } = await standing('in-shared');
    await showView();
    for (const id of ['in-thread', 'in-process']) {
      const { restarts } = await workerWhen(copy, id, ({ state }) => state === 'running');
      await clickInRow(`${id}, running`, /^Restart/);
      await workerWhen(copy, id, (now) => now.state === 'running' && now.restarts > restarts);
      assert.match(await ask(id), new RegExp(`${id} answers`));
    }
    await row('in-shared, running (debugging)').waitFor();
    // It would offer the choice between several.
    assert.equal(await page.locator('.debug-toolbar .monaco-select-box').count(), 0);
    await proceed();
    assert.match(await answer, /in-shared answers/);
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
  });

  it('leaves a worker in the session that holds it already', async () => {
    const { debug, folder: copy, page } = workbench();
    await debug('attach in-thread');
    await workerWhen(copy, 'in-thread', ({ debugging }) => debugging);
    await debug('every worker');
    for (const id of ['in-shared', 'in-process']) await workerWhen(copy, id, ({ debugging }) => debugging);
    const question = await standing('in-thread');
    // The call stack is drawn after the editor.
    const paused = page.locator('.debug-call-stack .state.label', { hasText: /^Paused/ });
    await paused.first().waitFor();
    assert.equal(await paused.count(), 1);
    await proceed();
    assert.match(await question.answer, /in-thread answers/);
    await page.keyboard.press('Shift+F5');
    await workerWhen(copy, 'in-thread', ({ debugging }) => !debugging);
    // The key means the other session once that is shown.
    await page.locator('.debug-call-stack').getByText('every worker').click();
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    for (const id of ids) await workerWhen(copy, id, ({ debugging }) => !debugging);
  });

  it('a compound whose sessions are stopped one by one keeps the others, also in the same thread', async () => {
    const { debug, folder: copy, page } = workbench();
    await debug('debug apart');
    for (const id of ids) await workerWhen(copy, id, ({ debugging }) => debugging);
    await page.locator('.inline-breakpoint-widget').first().waitFor();
    const question = await standing('in-thread');
    await proceed();
    assert.match(await question.answer, /in-thread answers/);
    await page.keyboard.press('Shift+F5');
    await workerWhen(copy, 'in-thread', ({ debugging }) => !debugging);
    const ofOther = await standing('in-process');
    await proceed();
    assert.match(await ofOther.answer, /in-process answers/);
    await page.keyboard.press('Shift+F5');
    await workerWhen(copy, 'in-process', ({ debugging }) => !debugging);
    // The two debuggers of one thread stop together; the one that is looked at is ended.
    const ofShared = await standing('in-shared');
    await proceed();
    assert.match(await ofShared.answer, /in-shared answers/);
    await page.keyboard.press('Shift+F5');
    const left = await until(async () => {
      const held = await withMasterOf(copy, ({ welcome }) => welcome.workers.filter(({ debugging }) => debugging));
      return held.length === 1 && held[0]?.id;
    }, 'one session to be left');
    const ofNeighbour = await standing(left);
    await proceed();
    assert.match(await ofNeighbour.answer, new RegExp(`${left} answers`));
    await page.keyboard.press('Shift+F5');
    await page.locator('.debug-toolbar').waitFor({ state: 'hidden' });
    for (const id of ids) await workerWhen(copy, id, ({ debugging }) => !debugging);
  });
});
