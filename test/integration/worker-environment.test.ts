import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';

const prints = path.join(ROOT_FOLDER, 'test/fixtures/programs/prints-its-environment.mjs');

const workersFile = `workers:
  - id: process
    type: process
    run: once
    execution:
      executable_path: \${env:TEST_NODE}
      args: [${prints}]
      env_file: some.env
      environment: { BOTH: from the file, GIVEN: "\${env:TEST_GIVEN}", DEFAULT: "\${env:TEST_MISSING:-by default}" }
  - id: module
    type: module
    run: once
    module: { module_path: ${prints} }
    environment: { BOTH: from the file, GIVEN: "\${env:TEST_GIVEN}" }
`;

describe('the environment of a worker', function () {
  this.timeout(60_000);
  let project: Project;
  afterEach(() => project.dispose());

  it('is that of the master, the env_file over it, environment over both, with what stands in ${env:…} put in', async () => {
    project = new Project({ 'workers.yaml': workersFile, 'some.env': 'BOTH=from env_file\nFILE="of env_file"\n' });
    const given = ['TEST_GIVEN=given to the master', `TEST_NODE=${process.execPath}`, 'TEST_INHERITED=inherited'];
    const master = project.runThrough(['/usr/bin/env', '-u', 'TEST_MISSING', ...given]);
    await Promise.all([master.worker('process', 'stopped'), master.worker('module', 'stopped')]);
    const seen = async (id: string) => {
      const { stdout } = await project.hsu('logs', id, '--lines', '100000');
      const all = JSON.parse(stdout) as Record<string, string>;
      return ['BOTH', 'FILE', 'GIVEN', 'DEFAULT', 'TEST_INHERITED'].map((name) => all[name]);
    };
    assert.deepEqual(await seen('process'), [
      'from the file',
      'of env_file',
      'given to the master',
      'by default',
      'inherited',
    ]);
    assert.deepEqual(await seen('module'), ['from the file', undefined, 'given to the master', undefined, 'inherited']);
    assert.equal((await master.interrupt()).code, 0);
  });

  it('that cannot be made fails the worker, in a sentence that names what is missing', async () => {
    project = new Project({
      'workers.yaml': workersFile.replace('TEST_MISSING:-by default', 'TEST_MISSING'),
      'some.env': 'FILE=x\n',
    });
    const given = [`TEST_NODE=${process.execPath}`, 'TEST_GIVEN=x'];
    const master = project.runThrough(['/usr/bin/env', '-u', 'TEST_MISSING', ...given]);
    const { last_error: error } = await master.worker('process', 'failed');
    assert.match(error?.message ?? '', /^process is refused: .*TEST_MISSING/);
    project.write('workers.yaml', workersFile);
    rmSync(path.join(project.folder, 'some.env'));
    const { stdout } = await project.hsu('apply');
    assert.match(stdout, /process is refused: The file some\.env does not exist: expected it at .*some\.env\./);
    project.write('some.env', 'FILE=x\n');
    await project.hsu('apply');
    assert.equal((await project.hsu('start', 'process')).code, 0);
  });
});
