import assert from 'node:assert/strict';
import { copyFileSync, existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InspectorClient } from '../../../../master/inspector/inspector-client.ts';
import { recordCpuProfile, takeHeapSnapshot } from '../../../../master/inspector/record-profile.ts';
import { thisMachine } from '../../../../master/workers/process/table/process-table.ts';
import type { Run } from '../../../../master/workers/worker.ts';
import { until } from '../../../support/until.ts';
import { ProcessStage } from '../../../support/process-run.ts';

describe('the inspector of a process', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let stage: ProcessStage;
  beforeEach(() => {
    stage = new ProcessStage();
  });
  afterEach(() => stage.close());

  const node = (...args: string[]) => stage.worker('', args, { executable: process.execPath });

  /** A start that is held: where to attach, and the run. */
  const hold = async (worker: ReturnType<typeof node>): Promise<{ run: Run; address: string }> => {
    let address = '';
    const run = await stage.start(worker, 1, { awaitDebugger: (given) => (address = given) });
    return { run, address };
  };

  const letGo = async (address: string): Promise<void> => {
    const client = await InspectorClient.connect(address);
    await client.send('Runtime.runIfWaitingForDebugger');
    await client.close();
  };

  const printed = () => readFileSync(stage.output?.stdoutFile ?? '', 'utf8');

  it('holds a program before its first line until a debugger lets it go', async () => {
    const { address } = await hold(node('-e', 'console.log("first line"); setInterval(() => {}, 1000)'));
    assert.match(address, /^ws:\/\/127\.0\.0\.1:\d+\//);
    assert.equal(printed(), '');
    await letGo(address);
    await stage.printed('first line');
  });

  it('holds only that program, not what it starts, and keeps its own NODE_OPTIONS', async () => {
    const child = `console.log('child', process.env.NODE_OPTIONS)`;
    const program = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });
      new (require('node:worker_threads').Worker)('console.log("thread")', { eval: true });
      setInterval(() => {}, 1000)`;
    const environment = { NODE_OPTIONS: '--no-deprecation' };
    const worker = stage.worker('', ['-e', program], { executable: process.execPath, environment });
    await letGo((await hold(worker)).address);
    await stage.printed('child --no-deprecation\n');
    await stage.printed('thread');
  });

  it('holds what npm starts, not npm', async () => {
    writeFileSync(path.join(stage.folder, 'package.json'), JSON.stringify({ scripts: { x: 'node x.cjs' } }));
    writeFileSync(path.join(stage.folder, 'x.cjs'), 'console.log("the script"); setInterval(() => {}, 1000)');
    const npm = stage.worker('', ['npm', 'run', 'x'], { executable: '/usr/bin/env' });
    const { address } = await hold(npm);
    assert.doesNotMatch(printed(), /the script$/m);
    await letGo(address);
    await stage.printed('the script');
  });

  it('says that a program without Node cannot be held, and leaves nothing of it', async () => {
    const sleep = stage.worker('', ['-c', 'exit 0'], { executable: '/bin/sh' });
    await assert.rejects(hold(sleep), /^WorkerError: w cannot be held before its first line: no Node program waited/);
  });

  it('is closed when the debugger lets go, and opened again for the next', async () => {
    const run = await stage.start(node('--inspect-port=0', '-e', 'console.log("up"); setInterval(() => {}, 1000)'));
    await stage.printed('up');
    const first = await run.openInspector({});
    await run.closeInspector();
    await until(async () => (await thisMachine.listening([run.pid])).length === 0, 'the end of listening');
    const second = await run.openInspector({});
    assert.notEqual(second, first);
  });

  it('is asked for by no signal before the process catches it: that would end it', async function () {
    if (process.platform !== 'linux') this.skip();
    // By its name a Node, which it only becomes.
    const begins = path.join(stage.folder, 'node');
    copyFileSync(realpathSync('/bin/sh'), begins);
    const script = `while [ ! -e go ]; do sleep 0.02; done; exec '${process.execPath}' -e 'setInterval(() => {}, 1000)'`;
    const looked = new Promise<void>((resolve) => {
      const catches: typeof thisMachine.catches = (pid, signal) => thisMachine.catches(pid, signal).finally(resolve);
      stage.options = { table: { ...thisMachine, catches } };
    });
    const run = await stage.start(stage.worker('', ['-c', script], { executable: begins }));
    const opened = run.openInspector({});
    await Promise.race([looked, run.over]);
    writeFileSync(path.join(stage.folder, 'go'), '');
    assert.match(await opened, /^ws:/);
  });

  it("leaves a program's own inspector open", async () => {
    const run = await stage.start(
      node('--inspect=127.0.0.1:0', '-e', 'console.log("up"); setInterval(() => {}, 1000)'),
    );
    await stage.printed('up');
    const address = await run.openInspector({});
    await run.closeInspector();
    assert.equal(await run.openInspector({}), address);
  });

  for (const [whose, option] of [
    ['opened for it', '--inspect-port=0'],
    ['of its own', '--inspect=127.0.0.1:0'],
  ] as const) {
    it(`${whose} lets a process that stands at breakpoints end by itself, also where no debugger lets go`, async () => {
      const program = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => { debugger; }, 20); console.log('up');`;
      const run = await stage.start(node(option, '-e', program));
      await stage.printed('up');
      const client = await InspectorClient.connect(await run.openInspector({}));
      const paused = new Promise<void>((resolve) => client.on('Debugger.paused', () => resolve()));
      await client.send('Debugger.enable');
      await paused;
      await run.closeInspector();
      assert.equal((await run.stop(20_000)).forced, false);
      await client.close();
    });
  }

  it('writes what a program did and what its heap holds', async () => {
    const program =
      'function burn() { for (const end = Date.now() + 20; Date.now() < end;); console.log("burnt") } setInterval(burn, 1)';
    const run = await stage.start(node('--inspect-port=0', '-e', program));
    const burnt = (await stage.printed('burnt')).split('burnt').length;
    const address = await run.openInspector({});
    const profile = path.join(stage.folder, 'a.cpuprofile');
    const enough = new AbortController();
    const recorded = recordCpuProfile(address, profile, enough.signal);
    await stage.printed('burnt', burnt + 50);
    enough.abort();
    await recorded;
    const { nodes } = JSON.parse(readFileSync(profile, 'utf8')) as { nodes: { callFrame: { functionName: string } }[] };
    assert.ok(nodes.some(({ callFrame }) => callFrame.functionName === 'burn'));
    const heap = path.join(stage.folder, 'a.heapsnapshot');
    await takeHeapSnapshot(address, heap);
    assert.ok('snapshot' in (JSON.parse(readFileSync(heap, 'utf8')) as object));
    await assert.rejects(takeHeapSnapshot(address, heap), /EEXIST/);
    assert.ok(existsSync(heap));
  });
});
