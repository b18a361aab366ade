import assert from 'node:assert/strict';
import { within } from '../../master/within.ts';
import { type ForegroundMaster, isAlive, Project } from '../support/hsu.ts';

/** How often somebody who is impatient presses Ctrl-C. Milliseconds. */
const pressMs = 200;

const slow = `
setInterval(() => {}, 1000);
process.on('SIGTERM', () => setTimeout(() => { console.log('good bye'); process.exit(0); }, 300));
console.log('up');
`;

describe('Ctrl-C', function () {
  this.timeout(180_000);
  let project: Project;

  const worker = (program: string) => `workers:
  - id: a
    type: process
    graceful_timeout: 10m
    execution: { executable_path: node, args: [${program}] }
`;

  const says = (master: ForegroundMaster, text: string) =>
    master.event((event) => event.event === 'log' && event['text'] === text);

  beforeEach(() => {
    project = new Project({
      'slow.mjs': slow,
      'stubborn.mjs': "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');",
    });
  });

  afterEach(() => project.dispose());

  it('that comes twice, as npm passes it on, ends the workers as politely as one', async () => {
    project.write('workers.yaml', worker('slow.mjs'));
    const master = project.run();
    await says(master, 'up');
    void master.interrupt();
    assert.equal((await master.interrupt()).code, 0);
    await says(master, 'good bye');
  });

  it('pressed again kills what does not end, and leaves nothing', async () => {
    project.write('workers.yaml', worker('stubborn.mjs'));
    const master = project.run();
    const { pid } = await master.worker('a', 'running');
    await says(master, 'up');
    void master.interrupt();
    await master.worker('a', 'stopping');
    while (!(await within(pressMs, master.ended))) void master.interrupt();
    const { code, stderr } = await master.ended;
    assert.equal(code, 1);
    assert.match(stderr, /^Interrupted again: what is left of the workers is killed\.$/m);
    assert.equal(await isAlive(pid), false);
  });
});
