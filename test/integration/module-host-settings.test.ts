import assert from 'node:assert/strict';
import path from 'node:path';
import { Project } from '../support/hsu.ts';
import { moduleFixtures } from '../support/module-run.ts';

const workersFile = (
  blockedAfter: string,
) => `master: { module_host: { slow_after: ${blockedAfter}, blocked_after: ${blockedAfter} } }
workers:
  - id: loops
    type: module
    restart: never
    module:
      module_path: ${path.join(moduleFixtures, 'loops.mjs')}
      entry_point: create
      config: { shape: empty }
`;

describe('the settings of the module host', () => {
  let project: Project;
  afterEach(() => project.dispose());

  it('are in force as soon as the file is applied, for the host there is too', async () => {
    project = new Project({ 'workers.yaml': workersFile('1h') });
    const master = project.run();
    await master.worker('loops', 'running');
    project.write('workers.yaml', workersFile('300ms'));
    assert.equal((await project.hsu('apply')).code, 0);
    const { last_error: error } = await master.worker('loops', 'failed');
    assert.equal(error?.code, 'module-blocked', error?.message);
    assert.equal((await master.interrupt()).code, 0);
  });
});
