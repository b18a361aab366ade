import assert from 'node:assert/strict';
import { CallsStage, places } from '../../support/calls-stage.ts';

interface Caller {
  keepCalling(
    worker: string,
    options: { readonly endpoint: string },
    ms: number,
  ): { readonly done: number; readonly errors: readonly unknown[] };
}

describe('calls of a worker that is swapped meanwhile', function () {
  this.timeout(60_000);
  let stage: CallsStage;

  before(async () => {
    stage = await CallsStage.open();
  });

  after(() => stage.close());

  for (const to of places) {
    it(`never fail: to a provider in ${to}, from every place`, async () => {
      const provider = `provider-${to}`;
      const before = stage.master.controller(provider).snapshot().restarts;
      const calling = Promise.all(
        places.map((from) =>
          stage.client
            .connect<Caller>(`caller-${from}`, { timeoutMs: 60_000 })
            .keepCalling(provider, { endpoint: 'shapes' }, 1500),
        ),
      );
      let over = false;
      const ended = calling.finally(() => (over = true));
      let swaps = 0;
      do {
        const [outcome] = await stage.master.swap([provider]);
        assert.deepEqual(outcome, { id: provider, ok: true, message: `${provider} runs anew.` });
        swaps += 1;
      } while (!over);
      for (const [index, { done, errors }] of (await ended).entries()) {
        assert.deepEqual(errors, [], `from ${places[index] ?? ''}`);
        assert.ok(done > 0);
      }
      assert.equal(stage.master.controller(provider).snapshot().restarts, before + swaps);
    });
  }
});
