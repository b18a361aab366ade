import assert from 'node:assert/strict';
import path from 'node:path';
import { CallsStage, places } from '../../support/calls-stage.ts';
import { moduleFixtures } from '../../support/module-run.ts';

const circle = (place: (typeof places)[number]) =>
  [
    [`one-${place}`, `other-${place}`],
    [`other-${place}`, `one-${place}`],
    [`alone-${place}`, `alone-${place}`],
  ].map(
    ([id, calls]) => `  - id: ${id}
    type: ${place === 'process' ? 'process' : 'module'}
    enabled: false
    restart: never
    module:
      module_path: ${path.join(moduleFixtures, 'calls-in-start.mjs')}
      entry_point: create
      config: { calls: ${calls} }
${place === 'process' ? '' : `      isolation: ${place}\n`}`,
  );

describe('workers that call each other before their starts are done', function () {
  this.timeout(60_000);
  let stage: CallsStage;

  before(async () => {
    stage = await CallsStage.open(places.flatMap(circle).join(''));
  });

  after(() => stage.close());

  for (const place of places) {
    it(`are told whom they wait for, and nothing of where that is written here, in ${place}`, async () => {
      const ids = ['one', 'other', 'alone'].map((name) => `${name}-${place}`);
      await stage.master.start(ids);
      const sentences = ids.map((id) => stage.master.controller(id).snapshot().last_error?.message ?? '');
      for (const [index, sentence] of sentences.entries()) {
        assert.match(
          sentence,
          new RegExp(`^${ids[index]} threw in start\\(\\): CallError: hello\\(\\) has waited 0\\.1 s for `),
        );
        assert.doesNotMatch(sentence, /module-(?:host|process)\.js/);
      }
      const [, , alone] = ids;
      assert.equal(
        sentences[2],
        `${alone} threw in start(): CallError: hello() has waited 0.1 s for ${alone}: it is still starting. See its log: hsu logs ${alone}.`,
      );
    });
  }
});
