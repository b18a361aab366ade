import assert from 'node:assert/strict';
import type { LimitsConfig } from '../../../../master/config/worker-config.ts';
import type { WorkerFailure } from '../../../../master/lifecycle/worker-snapshot.ts';
import { createHostedWorker } from '../../../../master/workers/module/hosted-worker.ts';
import { mayGroup } from '../../../support/may-group.ts';
import { deploymentOf, programOf } from '../../../support/module-run.ts';
import { ProcessStage } from '../../../support/process-run.ts';

const mega = 1e6;

describe('the memory of a module in a process of its own', function () {
  this.timeout(60_000);
  let stage: ProcessStage;
  beforeEach(() => {
    stage = new ProcessStage();
  });
  afterEach(() => stage.close());

  const failureOf = async (
    hosted = deploymentOf('holds-memory.mjs'),
    limits?: LimitsConfig,
  ): Promise<WorkerFailure> => {
    const { folder, masterKey } = stage;
    const deployment = {
      kind: 'process',
      executable: process.execPath,
      args: [],
      workingDirectory: folder,
      environment: {},
    } as const;
    const worker = createHostedWorker({ id: 'hungry', deployment, masterKey, reportsFolder: folder }, hosted);
    const run = await stage.start(worker, 1, limits ? { limits } : {});
    const end = await run.over;
    return end.how === 'failure' ? end.failure : assert.fail(JSON.stringify(end));
  };
  const environment = { NODE_OPTIONS: '--max-old-space-size=48' };
  const ranOut =
    /^hungry ran out of memory: .*JavaScript heap out of memory\. Let it hold less, or let V8 have more \(NODE_OPTIONS: --max-old-space-size=MEGABYTES in its environment\)\.$/;

  for (const shape of ['objects', 'strings', 'map']) {
    it(`is told with its name, the cause and the way out when V8 has none left: ${shape}`, async () => {
      const failure = await failureOf(deploymentOf('holds-memory.mjs', { environment, config: { shape } }));
      assert.match(failure.message, ranOut);
      assert.equal(failure.code, 'resource-limit');
    });
  }

  it('is told so of a program too', async () => {
    const failure = await failureOf(programOf('program-holds-objects.mjs', { environment }));
    assert.match(failure.message, ranOut);
    assert.equal(failure.code, 'resource-limit');
  });

  it('is told when the kernel has ended it at its limit', async function () {
    if (!mayGroup('memory')) return this.skip();
    const hosted = deploymentOf('holds-memory.mjs', { config: { shape: 'buffers' } });
    const failure = await failureOf(hosted, { maxRssBytes: 128 * mega });
    assert.equal(failure.code, 'resource-limit');
    assert.match(
      failure.message,
      /^hungry used more memory than its limit of 128 MB, and the kernel ended it \(cgroup v[12]\)\. Raise limits\.memory\.max_rss, or find what grows\.$/,
    );
  });
});
