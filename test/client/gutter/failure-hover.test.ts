import assert from 'node:assert/strict';
import { failureHover } from '../../../client/gutter/failure-hover.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

describe('the hover of a failed worker', () => {
  const worker = failedSnapshot('', {
    id: 'mail',
    last_error: { code: 'module-threw', message: 'mail threw *something*.', stack: 'Error\n    at a (/app/a.ts:1:2)' },
    retry_at: new Date(2026, 0, 1, 12, 0, 8).toISOString(),
  });

  it('says why, where and when next, and what can be done', () => {
    const hover = failureHover(worker, 'file:///work/workers.yaml') ?? '';
    assert.match(hover, /\*\*mail\*\* failed:\n\nmail threw \\\*something\\\*\./);
    assert.match(hover, /```text\n {4}at a \(\/app\/a\.ts:1:2\)\n```/);
    assert.match(hover, /Next try at 12:00:08\./);
    const [, parameters = ''] = /command:hsu\.worker\.restart\?([^)]+)\)/.exec(hover) ?? [];
    assert.deepEqual(JSON.parse(decodeURIComponent(parameters)), ['file:///work/workers.yaml', 'mail']);
  });

  it('is silent where all is well', () => {
    assert.equal(failureHover(snapshot(), 'file:///work/workers.yaml'), undefined);
    assert.equal(failureHover(snapshot({ state: 'stopped' }), 'file:///work/workers.yaml'), undefined);
  });
});
