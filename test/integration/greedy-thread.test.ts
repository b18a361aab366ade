import assert from 'node:assert/strict';
import path from 'node:path';
import { Project } from '../support/hsu.ts';

const workersFile = `workers:
  - id: beside
    type: process
    execution: { executable_path: node, args: [sleeper.mjs] }
  - id: greedy
    type: module
    restart: never
    module:
      module_path: greedy.mjs
      entry_point: create
      isolation: thread
`;
const holder = path.join(ROOT_FOLDER, 'test/fixtures/modules/holds-memory.mjs');

describe('a thread without a limit that takes memory in a loop that never comes back', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(180_000);
  let project: Project;
  afterEach(() => project.dispose());

  for (const shape of ['objects', 'large arrays']) {
    it(`is ended by name, and the master lives: ${shape}`, async () => {
      project = new Project({
        'workers.yaml': workersFile,
        'sleeper.mjs': `setInterval(() => {}, 60_000);\n`,
        'greedy.mjs': `import { create as hold } from ${JSON.stringify(holder)};
export const create = (context) => hold({ ...context, config: { shape: '${shape}', pace: 'loop' } });
`,
      });
      // What V8 gives a process is the ceiling of its threads.
      const master = project.runThrough(['env', 'NODE_OPTIONS=--max-old-space-size=256']);
      await master.event(({ event, id, state }) => event === 'worker' && id === 'greedy' && state === 'failed');
      const [beside, greedy] = await project.status();
      assert.equal(beside?.state, 'running');
      assert.equal(greedy?.last_error?.code, 'resource-limit');
      assert.match(
        greedy.last_error.message,
        /^greedy used more memory than its thread may have \(\d+ MB\) and was ended\. Give it less to hold, or run it with type: process\.$/,
      );
    });
  }
});
