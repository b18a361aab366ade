import assert from 'node:assert/strict';
import path from 'node:path';
import { Project, type ForegroundMaster } from '../support/hsu.ts';

const program = path.join(ROOT_FOLDER, 'test/fixtures/calls/program.mjs');

const workers = `workers:
  - id: inside
    type: module
    module:
      module_path: ${program}
    environment: { OTHER: outside }
  - id: outside
    type: process
    execution:
      executable_path: ${process.execPath}
      args: [${program}]
    environment: { OTHER: inside }
  - id: resting
    type: process
    enabled: false
    execution:
      executable_path: ${process.execPath}
      args: [${program}]
`;

describe('hsu call', function () {
  this.timeout(180_000);
  let project: Project;
  let master: ForegroundMaster;

  before(async () => {
    project = new Project({ 'workers.yaml': workers });
    master = project.run();
    await Promise.all([master.worker('inside', 'running'), master.worker('outside', 'running')]);
  });

  after(() => project.dispose());

  it('prints the answer of a program in a thread, and of one in a process', async () => {
    for (const id of ['inside', 'outside']) {
      const { code, stdout, stderr } = await project.hsu('call', id, 'greet', '"you"');
      assert.deepEqual([code, stdout, stderr], [0, `"hello you from ${id}"\n`, '']);
    }
  });

  it('goes through one program to the other', async () => {
    assert.equal((await project.hsu('call', 'inside', 'greetThrough', '"a"')).stdout, '"hello a from outside"\n');
    assert.equal((await project.hsu('call', 'outside', 'greetThrough', '"b"')).stdout, '"hello b from inside"\n');
  });

  it('prints a stream as one JSON value a line', async () => {
    assert.equal((await project.hsu('call', 'outside', 'count', '3')).stdout, '1\n2\n3\n');
  });

  it('takes what looks like an option behind --', async () => {
    assert.equal((await project.hsu('call', 'inside', 'sum', '4', '--', '-5', '2')).stdout, '1\n');
  });

  it('says what is wrong and what to do', async () => {
    const answers = [
      [['resting', 'greet'], 1, 'resting is initialized and cannot be called. Start it: hsu start resting.\n'],
      [
        ['inside', 'shout'],
        1,
        /^inside\/greeter has no function "shout"; it has: greet, greetThrough, sum, count, isChild\.$/m,
      ],
      [
        ['nobody', 'greet'],
        1,
        /^There is no worker "nobody" in the workers file; it has: inside, outside, resting\.$/m,
      ],
      [
        ['inside', 'greet', 'you'],
        2,
        /^Each argument is a JSON value such as .*, not you\. For a text, write '"you"'\.$/m,
      ],
      [['inside'], 2, /^hsu call needs the id of a worker and the name of a function\.$/m],
    ] as const;
    for (const [words, status, sentence] of answers) {
      const { code, stderr } = await project.hsu('call', ...words);
      assert.equal(code, status, stderr);
      if (typeof sentence === 'string') assert.equal(stderr, sentence);
      else assert.match(stderr, sentence);
    }
  });

  it('shows where they are called', async () => {
    const status = await project.status();
    const shown = status.map(({ id, endpoints }) => [id, endpoints.map(({ name, type }) => `${name} ${type}`)]);
    assert.deepEqual(shown, [
      ['inside', ['greeter function']],
      ['outside', ['greeter ipc']],
      ['resting', []],
    ]);
  });

  it('goes on with a process that the next master takes over from one that was killed', async () => {
    const { pid } = await master.worker('outside', 'running');
    await master.kill();
    const next = project.run();
    assert.equal((await next.worker('outside', 'running')).pid, pid);
    await next.worker('inside', 'running');
    assert.equal((await project.hsu('call', 'outside', 'greet', '"you"')).stdout, '"hello you from outside"\n');
    assert.equal((await project.hsu('call', 'inside', 'greetThrough', '"a"')).stdout, '"hello a from outside"\n');
    assert.equal((await project.hsu('call', 'outside', 'greetThrough', '"b"')).stdout, '"hello b from inside"\n');
  });
});
