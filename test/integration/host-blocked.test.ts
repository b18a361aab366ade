import assert from 'node:assert/strict';
import path from 'node:path';
import { echoWorker } from '../support/echo-worker.ts';
import { Project } from '../support/hsu.ts';
import { moduleFixtures } from '../support/module-run.ts';

const workersFile = (
  isolation: 'shared' | 'thread',
) => `master: { module_host: { slow_after: 300ms, blocked_after: 300ms } }
workers:
  - id: spins
    type: module
    graceful_timeout: 50ms
    restart: { policy: always, retry_delay: 1ms }
    module:
      module_path: ${path.join(moduleFixtures, 'spins.mjs')}
      entry_point: create
      isolation: ${isolation}
${echoWorker}`;

describe('a shared host that a module blocks', function () {
  this.timeout(180_000);
  let project: Project;
  beforeEach(() => {
    project = new Project({ 'workers.yaml': workersFile('shared') });
  });
  afterEach(() => project.dispose());

  it('holds that one back at once, has the others back, and the way out that it names is one', async () => {
    const master = project.run();
    const { last_error: error, retry_at: retryAt } = await master.worker('spins', 'failed');
    assert.equal(error?.code, 'module-blocked');
    assert.match(
      error.message,
      /^spins blocked the event loop it shares for \d+\.\d s in spinForEver\(\) \(.*spins\.mjs:9\) and was ended\. Give it a thread of its own \(module\.isolation: thread\) or run it with type: process\.$/,
    );
    assert.equal(retryAt, null);
    await master.event(({ id, state, restarts }) => id === 'echo' && state === 'running' && restarts === 1);

    project.write('workers.yaml', workersFile('thread'));
    assert.equal((await project.hsu('apply')).code, 0);
    assert.equal((await project.hsu('start', 'spins')).code, 0);
    const [spins, echo] = await project.status();
    assert.deepEqual([spins?.state, spins?.fate], ['running', { scope: 'itself', with: [] }]);
    assert.deepEqual([echo?.state, echo?.restarts], ['running', 1]);
    assert.equal((await master.interrupt()).code, 0);
  });
});
