import assert from 'node:assert/strict';
import { describeWorker } from '../../../master/lifecycle/describe-worker.ts';
import { dayAndTime, timeOfDay } from '../../../master/lifecycle/local-time.ts';
import { failedSnapshot } from '../../support/snapshot.ts';

describe('times in sentences', () => {
  const zone = process.env['TZ'];

  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('are those of the clock where they are read', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    assert.equal(timeOfDay('2025-12-31T20:00:08.000Z'), '01:30:08');
    assert.equal(dayAndTime('2025-12-31T20:00:08.000Z'), '2026-01-01 01:30');
    process.env['TZ'] = 'UTC';
    assert.equal(timeOfDay('2025-12-31T20:00:08.000Z'), '20:00:08');
  });

  it('stand so in the sentence of a worker that waits for its next try, or its next run', () => {
    process.env['TZ'] = 'Asia/Kolkata';
    const moment = '2025-12-31T20:00:08.000Z';
    assert.match(describeWorker(failedSnapshot('x', { retry_at: moment })), /, next try at 01:30:08$/);
    assert.match(describeWorker(failedSnapshot('x', { next_run: moment })), /, runs next at 2026-01-01 01:30$/);
  });
});
