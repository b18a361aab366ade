import assert from 'node:assert/strict';
import { describeDetails } from '../../../client/details/describe-details.ts';
import { failureHover } from '../../../client/gutter/failure-hover.ts';
import { workerRow } from '../../../client/views/worker-row.ts';
import { workerTooltip } from '../../../client/views/worker-tooltip.ts';
import { failedSnapshot } from '../../support/snapshot.ts';

const why = 'mail exited with code 3';
const worker = failedSnapshot(why, { id: 'mail', retry_at: new Date(2026, 0, 1, 12, 0, 8).toISOString() });
const details = describeDetails(worker, [worker], { samples: [], transitions: [], configuration: [] }, 'f', 0);

/** Where people look; the command line is asked in test/integration/older-form.test.ts. */
const places: Readonly<Record<string, string>> = {
  'the row, read aloud, with its description': `${workerRow(worker).accessibleLabel} ${workerRow(worker).description}`,
  'the tooltip of the row': workerTooltip(worker, 0),
  'the details': `${details.sentence} ${details.failure ?? ''}`,
  'the hover in the gutter': failureHover(worker, 'file:///f') ?? '',
};

describe('a worker that waits to be tried again', () => {
  for (const [place, text] of Object.entries(places)) {
    it(`says in ${place} why, and when that is`, () => {
      assert.match(text, new RegExp(why));
      assert.match(text, /[Nn]ext try at 12:00:08/);
    });
  }
});
