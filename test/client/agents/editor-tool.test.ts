import assert from 'node:assert/strict';
import { invokeTool, previewTool, type EditorSide } from '../../../client/agents/editor-tool.ts';
import type { MasterConnection } from '../../../client/master/master-connection.ts';
import { Masters, type WorkerRef } from '../../../client/master/masters.ts';
import { connectToMaster } from '../../../master/connect.ts';
import { Project, type ForegroundMaster } from '../../support/hsu.ts';

const workers = `workers:
  - id: api
    type: process
    execution: { executable_path: node, args: [api.mjs] }
`;

describe('a tool in the editor', function () {
  this.timeout(60_000);
  let project: Project;
  let master: ForegroundMaster;
  let masters: Masters;
  let debugged: WorkerRef[];
  let side: EditorSide;

  beforeEach(async () => {
    project = new Project({ 'workers.yaml': workers, 'api.mjs': 'setInterval(() => undefined, 1000);' });
    master = project.run();
    await master.worker('api', 'running');
    project.enter();
    const connected: Promise<MasterConnection> = connectToMaster({ file: project.file, name: 'test', owner: false });
    await connected;
    masters = new Masters(() => connected);
    masters.add(project.file);
    debugged = [];
    side = {
      masters,
      isTrusted: () => true,
      hasUnsavedChanges: () => false,
      debug: (ref) => Promise.resolve(void debugged.push(ref)),
    };
  });

  afterEach(async () => {
    masters.dispose();
    await project.dispose();
  });

  it('runs in the master', async () => {
    const { text, failed } = await invokeTool(side, 'list_workers', {});
    assert.equal(failed, false);
    assert.match(text, /"id":"api","type":"process","state":"running"/);
  });

  it('is refused in a workspace that is not trusted, and so is its question', async () => {
    const untrusted = { ...side, isTrusted: () => false };
    await assert.rejects(invokeTool(untrusted, 'list_workers', {}), /not trusted/);
    await assert.rejects(previewTool(untrusted, 'stop_workers', { ids: ['api'] }), /not trusted/);
    await assert.rejects(invokeTool(untrusted, 'debug_worker', { id: 'api' }), /not trusted/);
    assert.equal((await project.status())[0]?.state, 'running');
  });

  it('asks before it changes something, naming worker and file, and shows the diff', async () => {
    assert.equal((await previewTool(side, 'stop_workers', { ids: ['api'] }))?.title, 'Stop api of workers.yaml?');
    const preview = await previewTool(side, 'switch_deployment', { id: 'api', to: 'module' });
    assert.match(preview?.title ?? '', /Run api of workers\.yaml as a module/);
    assert.match(preview?.detail ?? '', /^-.*process\n\+.*module$/m);
    assert.equal((await project.status())[0]?.type, 'process');
  });

  it('asks nothing where it only reads or plans', async () => {
    assert.equal(await previewTool(side, 'list_workers', {}), null);
    assert.equal(await previewTool(side, 'apply_configuration', {}), null);
  });

  it('does not write a file with unsaved changes', async () => {
    const unsaved = { ...side, hasUnsavedChanges: () => true };
    await assert.rejects(invokeTool(unsaved, 'switch_deployment', { id: 'api', to: 'module' }), /unsaved changes/);
  });

  it('works on workers files of the window only', async () => {
    assert.equal((await invokeTool(side, 'list_workers', { file: 'workers.yaml' })).failed, false);
    await assert.rejects(invokeTool(side, 'list_workers', { file: '/etc/workers.yaml' }), /no such workers file/);
  });

  it('attaches the debugger to one worker', async () => {
    await invokeTool(side, 'debug_worker', { id: 'api' });
    assert.deepEqual(debugged, [{ file: project.file, id: 'api' }]);
    assert.match((await invokeTool(side, 'debug_worker', { id: 'nobody' })).text, /there are: api/);
  });
});
