import assert from 'node:assert/strict';
import path from 'node:path';
import { HostThread } from '../../../../master/workers/module/host-thread.ts';
import { LoopMeter } from '../../../../master/workers/module/loop-load.ts';
import { ThreadResources } from '../../../../master/workers/module/thread-resources.ts';

describe('the measures of a thread', () => {
  let thread: HostThread;
  beforeEach(() => {
    const file = path.join(ROOT_FOLDER, 'test/fixtures/threads/answers-once.mjs');
    thread = new HostThread({ file, name: 'answers once', execArgv: [], environment: {}, data: null });
  });
  afterEach(() => thread.terminate(2000));

  it('are told where the thread blocks between two questions', async () => {
    const meter = new LoopMeter(thread);
    const { delay_ms: delay, heap_bytes: heap } = await meter.read([]);
    assert.equal(heap, null);
    assert.notEqual(delay, null);
    const { busy_percent: busy } = await meter.read([]);
    assert.ok((busy ?? 0) > 90, `${busy} %`);
    const { rss_bytes: rss, cpu_percent: cpu } = await new ThreadResources(thread).read();
    assert.equal(rss, null);
    assert.notEqual(cpu, null);
  });
});
