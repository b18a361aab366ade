import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connectToMaster } from '../../master/connect.ts';
import { InspectorClient } from '../../master/inspector/inspector-client.ts';
import { Project, type ForegroundMaster } from '../support/hsu.ts';
import { processesWith } from '../support/processes-with.ts';
import { until } from '../support/until.ts';

/** Each check leaves a mark of the worker, and fails once there is a file "ill". One is over in time on a busy machine too. */
const check = (id: string) =>
  `health_check: { type: exec, exec: { command: /bin/sh, args: ["-c", "echo x >> asked-${id}; test ! -e ill"] }, ` +
  `interval: 2s, failure_threshold: 2 }, restart: { policy: on-failure, retry_delay: 1h }`;

const idles = 'setInterval(() => {}, 20);\n';
const module = `export const create = () => {
  let timer;
  return { start: () => void (timer = setInterval(() => {}, 20)), stop: () => clearInterval(timer) };
};
`;

/** "clock" is debugged by nobody: what it was asked tells how long the others were not. */
const workers = `workers:
  - { id: process, type: process, execution: { executable_path: node, args: [idles.mjs] }, ${check('process')} }
  - { id: one, type: module, module: { module_path: module.mjs, entry_point: create }, ${check('one')} }
  - { id: two, type: module, module: { module_path: module.mjs, entry_point: create }, ${check('two')} }
  - { id: clock, type: process, execution: { executable_path: node, args: [idles.mjs] }, ${check('clock')} }
  - { id: late, enabled: false, start_timeout: 500ms, type: module, module: { module_path: module.mjs, entry_point: create } }
  - { id: never, enabled: false, start_timeout: 500ms, ready: { log: never }, restart: never,
      type: process, execution: { executable_path: node, args: [idles.mjs] } }
`;

describe('a worker that stands at a breakpoint', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(120_000);
  let project: Project;
  let master: ForegroundMaster;
  beforeEach(async () => {
    project = new Project({ 'workers.yaml': workers, 'idles.mjs': idles, 'module.mjs': module });
    master = project.run();
    await Promise.all(['process', 'one', 'two', 'clock'].map((id) => master.worker(id, 'running')));
  });
  afterEach(() => project.dispose());

  const asked = (id: string): number => {
    const file = path.join(project.folder, `asked-${id}`);
    return existsSync(file) ? readFileSync(file, 'utf8').length / 2 : 0;
  };
  const askedMore = (id: string, times: number) => {
    const before = asked(id);
    return until(() => asked(id) >= before + times, `${id} to be asked ${times} times more`);
  };

  const checksOf = (id: string) => processesWith(`asked-${id};`, master.pid);

  for (const [id, held] of [
    ['process', ['process']],
    ['one', ['one', 'two']],
  ] as const) {
    it(`is asked nothing, nor is who shares its thread, until the debugger lets go: ${id}`, async () => {
      const { stdout } = await project.hsu('debug', id);
      const client = await InspectorClient.connect(stdout.trim());
      const paused = new Promise<void>((resolve) => client.on('Debugger.paused', () => resolve()));
      await client.send('Debugger.enable');
      await client.send('Debugger.pause');
      await paused;
      await askedMore('clock', 1);
      // A check may have been under way at the pause.
      for (const one of held)
        await until(async () => (await checksOf(one)).length === 0, `no check of ${one} to go on`);
      const before = held.map(asked);
      writeFileSync(path.join(project.folder, 'ill'), '');
      await master.worker('clock', 'failed');
      assert.deepEqual(held.map(asked), before);
      const stands = (await project.status()).filter((worker) => held.some((one) => one === worker.id));
      assert.deepEqual(
        stands.map(({ state, health, restarts }) => [state, health, restarts]),
        held.map(() => ['running', 'healthy', 0]),
      );

      await client.close();
      assert.equal((await project.hsu('debug', id, '--end')).code, 0);
      for (const one of held) {
        const { last_error: error } = await master.worker(one, 'failed');
        assert.equal(error?.code, 'unhealthy');
      }
    });
  }

  it('is asked nothing where another is held before its first line, and has all the time to start there', async () => {
    project.enter();
    const client = await connectToMaster({ file: project.file, name: 'test', owner: false });
    const target = await client.debug({ id: 'one', fromStart: true });
    assert.equal(target.kind, 'inspector');
    const started = client.start(['late']);
    // A check that was under way is over by then.
    await askedMore('clock', 3);
    const before = asked('two');
    const [never] = await client.start(['never']);
    assert.match(never?.message ?? '', /did not become ready within/);
    assert.equal(asked('two'), before);
    const states = (await project.status()).map(({ id, state }) => `${id} ${state}`);
    for (const stands of ['one starting', 'two running', 'late starting'])
      assert.ok(states.includes(stands), states.join());

    const inspector = await InspectorClient.connect(target.websocketAddress);
    await inspector.send('Runtime.runIfWaitingForDebugger');
    await inspector.close();
    await client.endDebug('one');
    assert.deepEqual(
      (await started).map(({ ok }) => ok),
      [true],
    );
    await askedMore('two', 1);
    client.dispose();
  });
});
