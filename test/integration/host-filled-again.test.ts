import assert from 'node:assert/strict';
import path from 'node:path';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { echoWorker } from '../support/echo-worker.ts';
import { Project } from '../support/hsu.ts';
import { moduleFixtures } from '../support/module-run.ts';

const restarts = 4;
const workersFile = `master: { module_host: { max_memory: 64MB, slow_after: 1h, blocked_after: 1h } }
workers:
  - id: hungry
    type: module
    restart: { policy: always, max_retries: ${restarts}, retry_delay: 1ms, backoff_rate: 1, jitter: 0 }
    module:
      module_path: ${path.join(moduleFixtures, 'holds-memory.mjs')}
      entry_point: create
      config: { shape: objects, everyMs: 20 }
${echoWorker}`;

describe('a shared host that the same module fills again and again', function () {
  this.timeout(180_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile });
  });
  afterEach(() => project.dispose());

  it('holds that one back when its restarts are spent, with the reason and the way out, and has the others back', async () => {
    const master = project.run();
    const held = await master.event((event) => {
      const { id, last_error: error } = event as unknown as Partial<WorkerSnapshot>;
      return id === 'hungry' && error?.message.includes('automatic restarts are spent') === true;
    });
    const { state, restarts: tried, last_error: error } = held as unknown as WorkerSnapshot;
    assert.deepEqual([state, tried, error?.code], ['failed', restarts, 'resource-limit']);
    assert.match(
      error?.message ?? '',
      /^hungry filled the memory of the module host it shares \(\d+ MB\): of the last \d+ MB its code made about \d+ MB\. The host was ended\. Let it hold less, give it a thread of its own with a limit \(module\.isolation: thread, limits\.memory\.max_rss\), or run it with type: process\. Not restarted at once: its 4 automatic restarts are spent, so it is tried only once after a pause\.$/,
    );
    await master.event((event) => {
      const echo = event as unknown as Partial<WorkerSnapshot>;
      return echo.id === 'echo' && echo.state === 'running' && echo.restarts === restarts + 1;
    });
    const [hungry, echo] = await project.status();
    assert.deepEqual([hungry?.state, echo?.state], ['failed', 'running']);
    assert.equal((await master.interrupt()).code, 0);
  });
});
