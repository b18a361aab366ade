import assert from 'node:assert/strict';
import type { WorkerSnapshot } from '../../master/lifecycle/worker-snapshot.ts';
import { newsOf } from '../../server/shown-news.ts';
import { failedSnapshot, snapshot } from '../support/snapshot.ts';

const up = snapshot({ id: 'a' });
const at = (address: string): WorkerSnapshot['endpoints'] => [
  { name: 'http', type: 'url', address, origin: 'registered' },
];
const failed = failedSnapshot('a ended with code 1.', { id: 'a' });

/** What changes of a worker, and what shows it. */
const cases: readonly (readonly [string, WorkerSnapshot | undefined, WorkerSnapshot | undefined, string])[] = [
  ['what it uses', up, { ...up, resources: { cpu_percent: 7, rss_bytes: 1, heap_bytes: 1 } }, 'nothing'],
  ['how many lines are lost', up, { ...up, log_lines_dropped: 3 }, 'nothing'],
  ['its address', up, { ...up, endpoints: at('http://127.0.0.1:9') }, 'hints'],
  ['its health', up, { ...up, health: 'degraded' }, 'lenses'],
  ['a debugger', up, { ...up, debugging: true }, 'lenses'],
  ['being held', up, { ...up, held: true }, 'lenses'],
  ['a stop', { ...up, endpoints: [] }, { ...up, endpoints: [], state: 'stopping' }, 'lenses'],
  ['a stop of one that listens', up, { ...up, state: 'stopping' }, 'lenses, hints'],
  ['a failure', { ...up, endpoints: [] }, failed, 'lenses, findings'],
  ['another failure', failed, failedSnapshot('a ended with code 2.', { id: 'a' }), 'findings'],
  ['the time of the next try', failed, { ...failed, retry_at: '2026-01-01T12:00:08.000Z' }, 'nothing'],
  ['that it came', undefined, { ...up, endpoints: [] }, 'lenses'],
  ['that it went', failed, undefined, 'lenses, findings'],
];

describe('of what changes of a worker', () => {
  for (const [what, before, after, wanted] of cases) {
    it(`${what} is shown by ${wanted}`, () => {
      const told = Object.entries(
        newsOf([
          { before: up, after: up },
          { before, after },
        ]),
      );
      const shown = told.flatMap(([where, isNews]) => (isNews ? [where] : []));
      assert.equal(shown.join(', ') || 'nothing', wanted);
    });
  }
});
