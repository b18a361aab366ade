import assert from 'node:assert/strict';
import path from 'node:path';
import { CallError } from '../../../master/calls/contract.ts';
import { CallsStage } from '../../support/calls-stage.ts';
import { moduleFixtures } from '../../support/module-run.ts';

interface Outcome {
  readonly value?: unknown;
  readonly error?: { readonly code?: string; readonly message: string };
}

interface Caller {
  call(worker: string, options: { readonly endpoint: string }, method: string, args: readonly unknown[]): Outcome;
}

interface Provider {
  never(): void;
  add(one: number, other: number): number;
}

const loops = `  - id: loops
    type: module
    enabled: false
    restart: never
    module:
      module_path: ${path.join(moduleFixtures, 'loops.mjs')}
      entry_point: create
      config: { shape: empty }
`;

describe('calls to a module whose host is lost', function () {
  this.timeout(60_000);
  let stage: CallsStage;

  before(async () => {
    stage = await CallsStage.open(loops);
  });

  after(() => stage.close());

  it('fail where they are under way, and wait where they begin, until the module is back', async () => {
    const endpoint = { endpoint: 'shapes' };
    const provider = stage.client.connect<Provider>('provider-shared', { ...endpoint, timeoutMs: 60_000 });
    const caller = (place: string) => stage.client.connect<Caller>(`caller-${place}`, { timeoutMs: 60_000 });
    assert.equal(await provider.add(1, 2), 3);
    const underWay = [
      provider.never().then(
        () => assert.fail('it was answered'),
        (error: unknown) => (error instanceof CallError ? error : assert.fail(String(error))),
      ),
      ...['thread', 'process'].map(
        async (place) => (await caller(place).call('provider-shared', endpoint, 'never', [])).error,
      ),
    ];
    // What was sent before them on the same way has arrived when these are answered.
    await Promise.all(
      ['thread', 'process'].map((place) => caller(place).call('provider-shared', endpoint, 'add', [1, 2])),
    );
    await stage.master.start(['loops']);
    for (const error of await Promise.all(underWay)) {
      assert.equal(error?.code, 'worker-lost');
      assert.match(error.message, /^provider-shared ended while never\(\) was under way/);
    }
    assert.equal(await provider.add(2, 3), 5);
    assert.deepEqual(await caller('thread').call('provider-shared', endpoint, 'add', [3, 4]), { value: 7 });
    assert.deepEqual(await caller('process').call('provider-shared', endpoint, 'add', [4, 5]), { value: 9 });
    assert.equal(stage.master.controller('loops').snapshot().last_error?.code, 'module-blocked');
  });
});
