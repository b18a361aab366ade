import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';
import { McpClient } from '../support/mcp-client.ts';

const service = `export function create({ config }) {
  return { start: async () => console.log('level', config.level), stop: async () => {} };
}
`;

const manifest = `name: service
version: 1.0.0
process: { executable_path: run.mjs, args: ["--serve"] }
module: { module_path: service.mjs, entry_point: create }
config_schema: { required: [level], properties: { level: { default: 3 } } }
`;

const workers = `# In production.
workers:
  - id: api # first
    type: process
    package: service:1.0.0
`;

const filled = '    module:\n      entry_point: create\n      config:\n        level: 3\n';

describe('switching a worker of a package', function () {
  this.timeout(60_000);
  let project: Project;
  const overlay = () => path.join(project.folder, 'workers.development.yaml');
  const read = (file: string) => readFileSync(file, 'utf8');

  beforeEach(() => {
    project = new Project({
      'workers.yaml': workers,
      'packages/service/package.yaml': manifest,
      'packages/service/service.mjs': service,
      'packages/service/run.mjs': 'setInterval(() => {}, 1_000);\n',
    });
  });

  afterEach(() => project.dispose());

  it('writes the block that the manifest has, and says so; a dry run only shows it', async () => {
    const dry = await project.hsu('switch', 'api', '--to', 'module', '--dry-run');
    const added = filled.trimEnd().replaceAll(/^/gm, '+');
    const change = `-    type: process\n+    type: module`;
    assert.deepEqual(dry, {
      code: 0,
      stdout: `${project.file}\n@@ line 4 @@\n${change}\n@@ line 6 @@\n${added}\n`,
      stderr: '',
    });
    assert.equal(read(project.file), workers);
    const done = await project.hsu('switch', 'api', '--to', 'module');
    assert.equal(
      done.stdout,
      'api is a module now; no master is running, so nothing was restarted. The block "module:" was filled from service 1.0.0 (entry_point, config).\n',
    );
    assert.equal(read(project.file), workers.replace('type: process', 'type: module') + filled);
    const master = project.run();
    assert.equal((await master.worker('api', 'running')).type, 'module');
  });

  it('edits the overlay of an environment, which it creates, and never the file below', async () => {
    const done = await project.hsu('switch', 'api', '--to', 'module', '--env', 'development', '--json');
    assert.deepEqual(JSON.parse(done.stdout), {
      id: 'api',
      type: 'module',
      file: overlay(),
      filled: { block: 'module', value: { entry_point: 'create', config: { level: 3 } }, from: 'service 1.0.0' },
      applied: false,
    });
    assert.equal(read(overlay()), `workers:\n  - id: api\n    type: module\n${filled}`);
    assert.equal(read(project.file), workers);
    const master = project.run('--env', 'development');
    assert.equal((await master.worker('api', 'running')).type, 'module');

    // The running master's environment is the one in force.
    const back = await project.hsu('switch', 'api', '--to', 'process');
    assert.match(
      back.stdout,
      /^api is a process now by workers\.development\.yaml; it is running\. The block "execution:"/,
    );
    assert.match(read(overlay()), /^workers:\n {2}- id: api\n {4}type: process\n {4}module:\n/);
    assert.equal(read(project.file), workers);
    assert.equal((await project.status())[0]?.type, 'process');

    // And an empty one is none.
    const itself = await project.hsu('switch', 'api', '--to', 'module', '--env', '', '--dry-run');
    assert.ok(itself.stdout.startsWith(`${project.file}\n`), itself.stdout);
  });

  it('refuses what cannot be done, and writes nothing', async () => {
    const nobody = await project.hsu('switch', 'nobody', '--to', 'module', '--env', 'development');
    assert.deepEqual(nobody, {
      code: 1,
      stdout: '',
      stderr: 'There is no worker "nobody" in this file; it has: api.\n',
    });
    assert.equal(existsSync(overlay()), false);
  });

  it('does the same for an agent', async () => {
    const agent = new McpClient(project);
    try {
      await agent.initialize();
      const input = { id: 'api', to: 'module', environment: 'development' };
      const answer = await agent.tool<Record<string, string>>('switch_deployment', input);
      assert.equal(answer['file'], overlay());
      assert.match(answer['filled'] ?? '', /filled from service 1\.0\.0/);
      assert.match(answer['diff'] ?? '', /^\+ {2}- id: api$/m);
      assert.equal(read(overlay()), `workers:\n  - id: api\n    type: module\n${filled}`);
      assert.equal(read(project.file), workers);

      const master = project.run('--env', 'development');
      await master.worker('api', 'running');
      const back = await agent.tool<Record<string, unknown>>('switch_deployment', { id: 'api', to: 'process' });
      assert.equal(back['file'], overlay());
      assert.equal((await project.status())[0]?.type, 'process');
      assert.equal(read(project.file), workers);
    } finally {
      await agent.close();
    }
  });
});
