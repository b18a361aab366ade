import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';

const fixture = path.join(ROOT_FOLDER, 'test', 'fixtures', 'editor', 'three-places');

describe('hsu profile', function () {
  this.timeout(60_000);
  let project: Project;

  before(async () => {
    project = new Project();
    cpSync(fixture, project.folder, { recursive: true });
    const master = project.run();
    for (const id of ['in-shared', 'in-thread', 'in-process']) await master.worker(id, 'running');
  });
  after(() => project.dispose());

  for (const id of ['in-shared', 'in-thread', 'in-process']) {
    it(`writes what ${id} does, and what its heap holds; its inspector is closed afterwards`, async () => {
      const cpu = await project.hsu('profile', id, '--seconds', '0.2', '--out', `${id}.cpuprofile`);
      assert.deepEqual([cpu.code, cpu.stderr], [0, '']);
      const profile = JSON.parse(readFileSync(path.join(project.folder, `${id}.cpuprofile`), 'utf8')) as object;
      assert.ok('nodes' in profile && 'samples' in profile);
      const heap = await project.hsu('profile', id, '--heap', '--json');
      assert.equal(heap.code, 0, heap.stderr);
      const { file } = JSON.parse(heap.stdout) as { file: string };
      assert.match(path.basename(file), new RegExp(`^${id}-.*\\.heapsnapshot$`));
      assert.match(readFileSync(file, 'utf8'), /^\{"snapshot":/);
      const worker = (await project.status()).find((one) => one.id === id);
      assert.deepEqual([worker?.state, worker?.debugging], ['running', false]);
    });
  }

  it('writes over nothing', async () => {
    const { code, stderr } = await project.hsu('profile', 'in-process', '--seconds', '0.1', '--out', 'service.ts');
    assert.equal(code, 1);
    assert.match(stderr, /service\.ts is there already and is left as it is: give another name with --out\./);
  });

  it('says that a worker does not run', async () => {
    await project.hsu('stop', 'in-process');
    const { code, stderr } = await project.hsu('profile', 'in-process', '--out', 'x.cpuprofile');
    assert.deepEqual([code, stderr], [1, 'in-process is stopped, not running: start it, then debug it.\n']);
    assert.ok(!existsSync(path.join(project.folder, 'x.cpuprofile')));
  });
});
