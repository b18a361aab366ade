import assert from 'node:assert/strict';
import { once } from 'node:events';
import { EventEmitter } from 'node:events';
import { protocolVersion } from '../../../master/protocol.ts';
import type { WorkerSnapshot } from '../../../master/lifecycle/worker-snapshot.ts';
import type { MasterConnection } from '../../../client/master/master-connection.ts';
import { MasterLink } from '../../../client/master/master-link.ts';
import { snapshot } from '../../support/snapshot.ts';

describe('the link with a master', () => {
  const links: MasterLink[] = [];
  const link = (masters: readonly (FakeMaster | Error)[]) => {
    const rest = [...masters];
    const made = new MasterLink('/w/workers.yaml', async () => {
      const master = rest.shift() ?? new Error('There is no further master.');
      if (master instanceof Error) throw master;
      return master as unknown as MasterConnection;
    });
    links.push(made);
    return made;
  };
  afterEach(() => {
    for (const each of links.splice(0)) each.dispose();
  });

  it('shows the workers of the welcome, then every push', async () => {
    const master = new FakeMaster([snapshot({ id: 'a' })]);
    const made = link([master]);
    await connected(made);
    assert.deepEqual(ids(made), ['a']);
    const both = [snapshot({ id: 'a' }), snapshot({ id: 'b' })];
    master.events.emit('snapshots', both, { changed: both, moved: true });
    assert.deepEqual(ids(made), ['a', 'b']);
  });

  it('starts a master that died again and keeps the last snapshots meanwhile', async () => {
    const first = new FakeMaster([snapshot({ id: 'a' })]);
    const made = link([first, new FakeMaster([snapshot({ id: 'b' })])]);
    await connected(made);
    const again = connected(made);
    first.events.emit('closed');
    assert.deepEqual([made.state.kind, ids(made)], ['restarting', ['a']]);
    await again;
    assert.deepEqual([made.state.kind, ids(made)], ['connected', ['b']]);
  });

  it('lets a request wait for the master that is being started', async () => {
    const first = new FakeMaster([]);
    const second = new FakeMaster([]);
    const made = link([first, second]);
    await connected(made);
    first.events.emit('closed');
    await made.ask((master) => master.start(['a']));
    assert.deepEqual(second.asked, ['a']);
  });

  it('says why a request cannot be answered', async () => {
    const made = link([new Error('The socket folder cannot be made: no room on the disk.')]);
    await assert.rejects(
      made.ask((master) => master.start([])),
      /no room on the disk/,
    );
  });
});

class FakeMaster {
  readonly events = new EventEmitter();
  readonly asked: string[] = [];
  readonly welcome;
  readonly workers;

  constructor(workers: readonly WorkerSnapshot[]) {
    this.workers = workers;
    this.welcome = { protocol: protocolVersion, pid: 1, file: '/w/workers.yaml', workers };
  }

  async start(ids: readonly string[]) {
    this.asked.push(...ids);
    return [];
  }

  onSnapshots(listener: (workers: readonly WorkerSnapshot[]) => void): void {
    this.events.on('snapshots', listener);
  }

  onLogLines(): void {}

  onClosed(listener: () => void): void {
    this.events.on('closed', listener);
  }

  dispose(): void {
    this.events.removeAllListeners();
  }
}

async function connected(link: MasterLink): Promise<void> {
  const events = new EventEmitter();
  const subscription = link.onDidConnect(() => events.emit('connected'));
  await once(events, 'connected');
  subscription.dispose();
}

function ids(link: MasterLink): readonly string[] {
  return link.workers.map(({ id }) => id);
}
