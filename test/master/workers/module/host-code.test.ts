import assert from 'node:assert/strict';
import { once } from 'node:events';
import path from 'node:path';
import vm from 'node:vm';
import { Worker } from 'node:worker_threads';
import { HostCode } from '../../../../master/workers/module/host-code.ts';
import { hostFlags } from '../../../../master/workers/module/host-flags.ts';
import { readHostScript } from '../../../../master/workers/module/host/host-script.ts';
import { until } from '../../../support/until.ts';

describe('the code of module hosts', () => {
  const threads: Worker[] = [];
  afterEach(() => Promise.all(threads.splice(0).map((thread) => thread.terminate())));

  const begin = (code: HostCode): Worker => {
    const { options, transfer } = code.forThread();
    const thread = new Worker(path.join(DIST_FOLDER, 'start-host.cjs'), {
      execArgv: [...hostFlags],
      workerData: { solo: true, code: options },
      transferList: [...transfer],
    });
    threads.push(thread);
    return thread;
  };
  const told = async (code: HostCode): Promise<Uint8Array> => {
    code.learn();
    await until(() => code.forThread().options.compiled !== undefined, 'a thread has told what it compiled');
    return code.forThread().options.compiled ?? assert.fail();
  };

  it('is told by the first thread, and serves V8 in those after', async () => {
    const code = new HostCode();
    begin(code);
    assert.deepEqual(code.forThread(), { options: {}, transfer: [] });
    const { file, text } = readHostScript();
    const script = new vm.Script(text, { filename: file, cachedData: await told(code) });
    assert.equal(script.cachedDataRejected, false);
    const thread = begin(code);
    thread.postMessage({ number: 1, request: { kind: 'ping' } });
    const [answer] = (await once(thread, 'message')) as [{ readonly kind: string }];
    assert.equal(answer.kind, 'answer');
  });

  it('is told by another thread where the first has ended before', async () => {
    const code = new HostCode();
    await begin(code).terminate();
    await until(() => code.forThread().transfer.length > 0, 'another thread is asked');
  });
});
