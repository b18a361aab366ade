import assert from 'node:assert/strict';
import { publicApi } from '../../../client/agents/public-api.ts';
import type { MasterConnection } from '../../../client/master/master-connection.ts';
import { Masters } from '../../../client/master/masters.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';

type MasterPush = Parameters<MasterConnection['onSnapshots']>[0];

describe('the public API', () => {
  it('gives copies of the workers and tells of changes, until disposed', async () => {
    let push: MasterPush = () => undefined;
    const master = {
      welcome: {},
      workers: [snapshot({ id: 'a' })],
      onClosed: () => undefined,
      onLogLines: () => ({ dispose: () => undefined }),
      onSnapshots: (listener: typeof push) => ((push = listener), { dispose: () => undefined }),
      dispose: () => undefined,
    };
    const masters = new Masters(() => Promise.resolve(master as unknown as MasterConnection));
    const api = publicApi(masters);
    let changes = 0;
    const connected = new Promise<void>((resolve) =>
      masters.onDidChange(({ link: { state } }) => state.kind === 'connected' && resolve()),
    );
    const subscription = api.onDidChange(() => (changes += 1));
    masters.add('/w/workers.yaml');
    await connected;
    const [worker] = api.getWorkers();
    assert.deepEqual(
      [api.version, worker?.id, worker?.file, worker?.state, worker?.lastError],
      [1, 'a', '/w/workers.yaml', 'running', null],
    );
    assert.ok(Object.isFrozen(worker));

    const before = changes;
    const broken = [failedSnapshot('a broke.', { id: 'a' })];
    push(broken, { changed: broken, moved: false });
    assert.ok(changes > before);
    assert.equal(api.getWorkers()[0]?.lastError, 'a broke.');
    subscription.dispose();
    const after = changes;
    push([], { changed: [], moved: true });
    assert.equal(changes, after);
    masters.dispose();
  });
});
