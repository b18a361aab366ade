import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import path from 'node:path';
import { Project } from '../support/hsu.ts';

const files = {
  'workers.yaml': `workers:
  - { id: counts, type: module, module: { module_path: counts.mjs, entry_point: Create } }
`,
  'counts.mjs': `
import { defineModule } from 'hsu-workers/module';
export const Create = defineModule(({ endpoints }) => ({
  start: () => endpoints.publish('counter', { async *forever() { for (let i = 0; ; i++) yield i; } }),
}));
`,
};

describe('hsu whose output nobody takes', function () {
  this.timeout(180_000);
  let project: Project;

  beforeEach(() => {
    project = new Project(files);
  });

  afterEach(() => project.dispose());

  /** Runs a command with a stdout of its own; resolves when it is over. */
  async function hsu(words: readonly string[], stdout: 'pipe' | number, begun: (pipe: () => void) => void) {
    const child = spawn(process.execPath, [path.join(DIST_FOLDER, 'cli.js'), ...words], {
      cwd: project.folder,
      env: project.environment,
      stdio: ['ignore', stdout, 'pipe'],
    });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const close = () => child.stdout?.destroy();
    child.stdout?.once('data', close);
    begun(close);
    await once(child, 'close');
    return { code: child.exitCode, signal: child.signalCode, stderr };
  }

  for (const words of [['help'], ['validate'], ['import', '--json'], ['doctor', '--help']]) {
    it(`ends as ever where the reader of "${words.join(' ')}" is gone`, async () => {
      project.write('Procfile', 'web: node web.mjs\n');
      const ended = await hsu(words, 'pipe', (close) => close());
      assert.deepEqual(ended, { code: 0, signal: null, stderr: '' });
    });
  }

  it('ends a stream without end when its reader has enough', async () => {
    const master = project.run();
    await master.worker('counts', 'running');
    const ended = await hsu(['call', 'counts', 'forever'], 'pipe', () => undefined);
    assert.deepEqual(ended, { code: 0, signal: null, stderr: '' });
  });

  it('says so where the disk is full', async function () {
    if (process.platform !== 'linux') this.skip();
    const { code, stderr } = await hsu(['validate'], openSync('/dev/full', 'w'), () => undefined);
    assert.equal(code, 1);
    assert.match(stderr, /^The output cannot be written: ENOSPC.*\.\n$/);
  });
});
