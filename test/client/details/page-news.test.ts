import assert from 'node:assert/strict';
import type { RelatedWorker } from '../../../client/details/details-model.ts';
import { PageNews } from '../../../client/details/page-news.ts';
import { WorkersOfFile } from '../../../client/details/webview/workers-of-file.ts';

describe('the page of details', () => {
  const worker = (id: string, state: RelatedWorker['state'] = 'running'): RelatedWorker => {
    return { id, state, health: 'unknown', sentence: `${id}, ${state}`, dependsOn: [] };
  };
  const [all, changed] = [false, true].map((onlyChanged) => (...workers: readonly RelatedWorker[]) => {
    return { model: { workers }, onlyChanged };
  });
  assert.ok(all && changed);

  it('takes the workers that have changed over, and keeps the others and their order', () => {
    const page = new WorkersOfFile();
    page.take(all(worker('a'), worker('b'), worker('c')));
    assert.deepEqual(page.take(changed(worker('b', 'failed'))), [worker('a'), worker('b', 'failed'), worker('c')]);
    assert.deepEqual(page.take(changed()), [worker('a'), worker('b', 'failed'), worker('c')]);
    assert.deepEqual(page.take(all(worker('c'), worker('a'))), [worker('c'), worker('a')]);
  });

  it('is told of all workers first, then of those that have changed since', () => {
    const news = new PageNews();
    news.changed(['a']);
    assert.equal(news.isReady, false);
    news.pageReady();
    assert.deepEqual([news.isReady, news.ids], [true, undefined]);
    news.changed(['a']);
    assert.equal(news.ids, undefined);
    news.told();
    news.changed(['b', 'c']);
    news.changed(['b']);
    assert.deepEqual(news.ids, new Set(['b', 'c']));
    news.told();
    assert.deepEqual(news.ids, new Set());
    news.changed();
    news.changed(['a']);
    assert.equal(news.ids, undefined);
  });

  it('shown again, is another one: nothing is told before it is ready, and then all', () => {
    const news = new PageNews();
    news.pageReady();
    news.told();
    news.pageGone();
    news.changed(['a']);
    assert.deepEqual([news.isReady, news.ids], [false, undefined]);
    news.pageReady();
    assert.deepEqual([news.isReady, news.ids], [true, undefined]);
  });
});
