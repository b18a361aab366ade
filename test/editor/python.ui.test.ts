import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { debuggerPane } from '../support/debugger-pane.ts';
import { pythonWithDebugpy } from '../support/debugpy.ts';
import { workerWhen } from '../support/master-of.ts';
import { stepByStep } from '../support/step-by-step.ts';
import { useWorkbench } from '../support/workbench.ts';

const fixtures = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor');

describe('debugging a worker in Python, with debugpy', function () {
  this.timeout(120_000);
  const workbench = useWorkbench({
    folder: path.join(fixtures, 'python'),
    extensions: [path.join(fixtures, 'python-debugger')],
    prepare: async (folder) => {
      const python = await pythonWithDebugpy();
      for (const [name, setting] of [
        ['workers.yaml', 'executable_path'],
        ['attached/package.yaml', 'python'],
      ] as const) {
        const file = path.join(folder, name);
        const text = await readFile(file, 'utf8');
        await writeFile(file, text.replaceAll(`${setting}: python3`, `${setting}: ${python}`));
      }
    },
  });
  const service = debuggerPane(workbench, 'service.py');
  const job = debuggerPane(workbench, 'job.py');

  stepByStep();

  const running = (id: string) => workerWhen(workbench().folder, id, ({ state }) => state === 'running');
  const ask = async () => {
    const asked = ({ endpoints }: WorkerSnapshot) => endpoints.length > 0;
    const { endpoints } = await workerWhen(workbench().folder, 'attached', asked);
    return (await fetch(`${endpoints[0]?.address ?? ''}/question`)).text();
  };

  const heldQuestion = () => service.held('print(answer', ask);

  before(async () => {
    const { row, run, showView } = workbench();
    await showView();
    await row('attached, initialized').waitFor();
    await run('HSU: Start All Workers');
    await Promise.all(['attached', 'listening'].map(running));
  });

  it('goes into the running process: a breakpoint is hit, variables are shown, and stopping only detaches', async () => {
    const { clickInRow, screenshot, showView } = workbench();
    await service.toggleBreakpoint('print(answer');
    await showView();
    const before = await running('attached');
    await clickInRow('attached, ', /^Debug/);
    const { answer } = await heldQuestion();
    await service.variable(/^Scope Locals/, /^answer, .*answer \d+ to \/question/);
    await screenshot('python-attached');
    const held = await running('attached');
    assert.deepEqual([held.debugging, held.restarts, held.last_error], [true, before.restarts, null]);
    await service.proceed();
    assert.match(await answer, /^answer \d+ to \/question/);
    await service.detach('attached');
    const after = await running('attached');
    assert.deepEqual([after.pid, after.restarts], [before.pid, before.restarts]);
    await service.toggleBreakpoint('print(answer');
    assert.match(await ask(), /^answer \d+ to/);
  });

  it('goes into it a second time, and into its next process when it is restarted', async () => {
    const { clickInRow, run, showView } = workbench();
    await service.toggleBreakpoint('print(answer');
    await showView();
    const before = await running('attached');
    await clickInRow('attached, ', /^Debug/);
    const { answer } = await heldQuestion();
    await service.proceed();
    assert.match(await answer, /^answer \d+ to/);
    await run('Debug: Restart');
    await workerWhen(workbench().folder, 'attached', ({ pid, debugging }) => pid !== before.pid && debugging);
    const { answer: ofNext } = await heldQuestion();
    await service.proceed();
    assert.match(await ofNext, /^answer \d+ to/);
    await service.detach('attached');
    await service.toggleBreakpoint('print(answer');
  });

  it('connects to where the program waits, at the port it was handed', async () => {
    const { clickInRow, screenshot, showView } = workbench();
    await job.toggleBreakpoint('print("worked"');
    await showView();
    const before = await running('listening');
    await clickInRow('listening, ', /^Debug/);
    await job.stoppedAt('print("worked"');
    await job.variable(/^Scope Locals/, /^square, /);
    await screenshot('python-listening');
    await job.toggleBreakpoint('print("worked"');
    await job.proceed();
    await job.detach('listening');
    const after = await running('listening');
    assert.deepEqual([after.pid, after.restarts], [before.pid, before.restarts]);
  });
});
