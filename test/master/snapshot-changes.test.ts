import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SnapshotList } from '../../master/lifecycle/snapshot-list.ts';
import type { ToldFate, ToldSnapshot } from '../../master/lifecycle/told-snapshot.ts';
import type { SnapshotChanges, ToldWorkers } from '../../master/protocol.ts';
import { SnapshotFeed } from '../../master/snapshot-feed.ts';
import { SnapshotVersions } from '../../master/snapshot-versions.ts';
import { snapshot } from '../support/snapshot.ts';

/** The workers of a master that is none. */
class Workers {
  readonly byId = new Map<string, ToldSnapshot>();

  get ids(): readonly string[] {
    return [...this.byId.keys()];
  }

  get snapshots(): SnapshotList['workers'] {
    return new SnapshotList([...this.byId.values()]).workers;
  }

  told(id: string): ToldSnapshot | undefined {
    return this.byId.get(id);
  }

  set(...workers: readonly ToldSnapshot[]): this {
    for (const worker of workers) this.byId.set(worker.id, worker);
    return this;
  }
}

function told(id: string, difference: Partial<ToldSnapshot> = {}): ToldSnapshot {
  return { ...snapshot({ id }), fate: { scope: 'itself' }, ...difference };
}

const inHost = (id: string, host?: number) =>
  told(id, { fate: { scope: 'host', ...(host === undefined ? {} : { host }) } });

describe('what has changed of the workers', () => {
  it('is told and nothing else, to one who missed versions in between too', () => {
    const workers = new Workers().set(told('a'), told('b'));
    const versions = new SnapshotVersions(workers);
    assert.ok(versions.look());
    const first = versions.version;
    workers.set(told('b', { state: 'failed' }));
    assert.ok(versions.look(['b']));
    workers.set(told('b', { state: 'stopped' }));
    assert.ok(versions.look(['b']));
    assert.deepEqual(versions.since(first), [{ changed: [told('b', { state: 'stopped' })] }]);
    assert.deepEqual(versions.since(first + 1), [{ changed: [told('b', { state: 'stopped' })] }]);
    assert.deepEqual(versions.since(versions.version), []);
  });

  it('is nothing where all is as it was', () => {
    const versions = new SnapshotVersions(new Workers().set(told('a')));
    assert.deepEqual([versions.look(), versions.look(), versions.look(['a'])], [true, false, false]);
  });

  it('is one worker where one starts in a module host of many', () => {
    const workers = new Workers().set(...Array.from({ length: 50 }, (_, at) => inHost(`w-${at}`, 1)), inHost('late'));
    const versions = new SnapshotVersions(workers);
    versions.look();
    const list = new SnapshotList(versions.workers);
    const [first] = list.workers;
    assert.equal(first?.fate.with.includes('late'), false);
    const before = versions.version;
    workers.set(inHost('late', 1));
    versions.look(['late']);
    const changes = versions.since(before);
    for (const { changed, ids } of changes) list.take(changed, ids);
    assert.deepEqual(changes, [{ changed: [inHost('late', 1)] }]);
    assert.equal(list.workers[0], first);
    assert.ok(first?.fate.with.includes('late'));
    assert.deepEqual(JSON.stringify(list.workers), JSON.stringify(workers.snapshots));
  });

  it('comes in parts where it is much, and with the last of them the list is whole', () => {
    const many = Array.from({ length: 250 }, (_, at) => told(`w-${at}`));
    const versions = new SnapshotVersions(new Workers().set(...many));
    versions.look();
    const parts = versions.since(0);
    const sizes = parts.map(({ changed, ids }) => [changed.length, ids?.length]);
    assert.deepEqual(sizes, [
      [100, undefined],
      [100, undefined],
      [50, 250],
    ]);
    const list = new SnapshotList([told('former')]);
    for (const { changed, ids } of parts) list.take(changed, ids);
    assert.deepEqual(list.workers, new SnapshotList(many).workers);
  });
});

describe('what a client knows of the workers', () => {
  const whole = (seq: number, ...workers: readonly ToldSnapshot[]): ToldWorkers => ({ seq, workers });
  const push = (seq: number, ...changed: readonly ToldSnapshot[]): SnapshotChanges => ({ seq, changed });
  const states = (feed: SnapshotFeed) => feed.workers.map(({ id, state }) => `${id} ${state}`);
  const nobody = () => Promise.reject(new Error('Nobody is asked here.'));

  it('includes a push that came with the welcome, and leaves out one from before it', () => {
    const feed = new SnapshotFeed(nobody);
    feed.take(push(3, told('a', { state: 'failed' })));
    feed.take(push(4, told('a', { state: 'stopped' })));
    feed.begin(whole(3, told('a'), told('b')));
    assert.deepEqual(states(feed), ['a stopped', 'b running']);
  });

  it('is asked for as a whole once where a push is missing, and goes on with those that came meanwhile', async () => {
    let answer: (workers: ToldWorkers) => void = () => undefined;
    let asked = 0;
    const feed = new SnapshotFeed(() => {
      asked += 1;
      return new Promise((resolve) => (answer = resolve));
    });
    feed.begin(whole(0, told('a'), told('b')));
    const heard = new Promise<readonly string[]>((resolve) => {
      feed.onNews((_, { changed }) => {
        if (changed[0]?.id === 'b' && changed.length === 1) resolve(states(feed));
      });
    });
    feed.take(push(2, told('a', { state: 'failed' })));
    feed.take(push(4, told('b', { state: 'failed' })));
    answer(whole(3, told('a', { state: 'stopped' }), told('b')));
    assert.deepEqual(await heard, ['a stopped', 'b failed']);
    assert.equal(asked, 1);
  });

  it('names for each push the workers that it is about, and leaves the others the same objects', () => {
    const feed = new SnapshotFeed(nobody);
    feed.begin(whole(0, told('a'), told('b')));
    const [a] = feed.workers;
    const news: unknown[] = [];
    feed.onNews((_, { changed, moved }) => news.push({ changed: changed.map((one) => one.id), moved }));
    feed.take(push(1, told('b', { state: 'failed' })));
    feed.take({ seq: 2, changed: [], ids: ['a'] });
    assert.deepEqual(news, [
      { changed: ['b'], moved: false },
      { changed: [], moved: true },
    ]);
    assert.deepEqual([feed.workers.length, feed.workers[0]], [1, a]);
  });

  it('equals what the master knows after any changes, however the client reads', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const fate = fc.constantFrom<ToldFate>({ scope: 'itself' }, { scope: 'host', host: 1 }, { scope: 'host', host: 2 });
    const state = fc.constantFrom<ToldSnapshot['state']>('running', 'stopped', 'failed');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), id, fate, state, isTold: fc.boolean() }),
      fc.record({ kind: fc.constant('remove' as const), id }),
      fc.record({ kind: fc.constant('move' as const), ids: fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e', 'f']) }),
      fc.record({ kind: fc.constantFrom('read' as const, 'look' as const, 'join' as const, 'lose' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const workers = new Workers();
        const versions = new SnapshotVersions(workers);
        const clients: Reader[] = [new Reader(versions)];
        for (const each of steps) {
          switch (each.kind) {
            case 'set':
              workers.set(told(each.id, { fate: each.fate, state: each.state }));
              if (each.isTold) versions.look([each.id]);
              break;
            case 'remove':
              workers.byId.delete(each.id);
              versions.look([each.id]);
              break;
            case 'move': {
              const moved = each.ids.flatMap((one) => workers.told(one) ?? []);
              workers.byId.clear();
              workers.set(...moved);
              versions.look();
              break;
            }
            case 'look':
              versions.look();
              break;
            case 'join':
              versions.look();
              clients.push(new Reader(versions));
              break;
            case 'read':
              clients[0]?.read();
              break;
            case 'lose':
              clients[0]?.read({ loses: true });
          }
        }
        versions.look();
        for (const client of clients) {
          client.read();
          client.settle();
          assert.deepEqual(client.feed.workers, workers.snapshots);
          assert.deepEqual(JSON.stringify(client.feed.workers), JSON.stringify(workers.snapshots));
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** A client that reads when it is let, and may lose what was pushed. */
class Reader {
  readonly feed: SnapshotFeed;
  readonly #versions: SnapshotVersions;
  #told: number;
  #seq = 0;
  #waits = false;

  constructor(versions: SnapshotVersions) {
    this.#versions = versions;
    this.#told = versions.version;
    this.feed = new SnapshotFeed(() => {
      this.#waits = true;
      return new Promise(() => undefined);
    });
    this.feed.begin({ seq: 0, workers: versions.workers });
  }

  read({ loses = false } = {}): void {
    for (const changes of this.#versions.since(this.#told)) {
      this.#seq += 1;
      if (!loses) this.feed.take({ seq: this.#seq, ...changes });
    }
    this.#told = this.#versions.version;
  }

  /** Answers what it asked; one that lost the last of all hears of it with the next push. */
  settle(): void {
    this.#seq += 1;
    this.feed.take({ seq: this.#seq, changed: [] });
    if (!this.#waits) return;
    this.#waits = false;
    this.feed.begin({ seq: this.#seq, workers: this.#versions.workers });
  }
}
