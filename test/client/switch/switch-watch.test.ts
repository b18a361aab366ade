import assert from 'node:assert/strict';
import type { WorkerSnapshot } from '../../../master/lifecycle/worker-snapshot.ts';
import { SwitchWatch } from '../../../client/switch/switch-watch.ts';
import { Emitter } from '../../../client/master/emitter.ts';
import type { MasterConnection } from '../../../client/master/master-connection.ts';
import type { WorkerChange } from '../../../client/master/master-link.ts';
import { failedSnapshot, snapshot } from '../../support/snapshot.ts';
import { until } from '../../support/until.ts';

const modules = (count: number) => [...Array(count).keys()].map((at) => snapshot({ id: `w${at}`, ready_in_ms: 18 }));
const asProcess = (id: string, difference: Partial<WorkerSnapshot> = {}) =>
  snapshot({ id, type: 'process', isolation: 'process', ready_in_ms: 400, ...difference });

/** A master that has workers, and counts who asks for all of them and who listens. */
class FakeLink {
  readonly #changed = new Emitter<readonly WorkerChange[] | undefined>();
  #workers: Map<string, WorkerSnapshot>;
  /** Raised by whoever asks. */
  asked = 0;
  listening = 0;
  /** What asking comes to, where it fails. */
  error: Error | undefined;
  told: string[] = [];
  failures: unknown[] = [];

  constructor(workers: readonly WorkerSnapshot[]) {
    this.#workers = new Map(workers.map((one) => [one.id, one]));
  }

  readonly listener = {
    switched: ({ worker, before, after }: Parameters<Parameters<typeof SwitchWatch.begin>[2]['switched']>[0]) =>
      void this.told.push(`${worker.id}: ${before.readyInMs} → ${after.readyInMs}`),
    failed: (error: unknown) => void this.failures.push(error),
  };

  worker = (id: string) => this.#workers.get(id);

  onDidChange = (tell: (changes: readonly WorkerChange[] | undefined) => void) => {
    this.listening++;
    const subscription = this.#changed.event(tell);
    let isOver = false;
    return {
      dispose: () => {
        if (!isOver) this.listening--;
        isOver = true;
        subscription.dispose();
      },
    };
  };

  ask = <R>(question: (master: MasterConnection) => Promise<R>): Promise<R> => {
    const master = {
      snapshots: () => {
        this.asked++;
        return this.error ? Promise.reject(this.error) : Promise.resolve([...this.#workers.values()]);
      },
      history: () => Promise.resolve([]),
    };
    return question(master as unknown as MasterConnection);
  };

  /** Has them become another without telling. */
  take(...workers: readonly WorkerSnapshot[]): readonly WorkerChange[] {
    return workers.flatMap((after) => {
      const before = this.#workers.get(after.id);
      this.#workers.set(after.id, after);
      return before ? [{ before, after }] : [];
    });
  }

  become(...workers: readonly WorkerSnapshot[]): void {
    this.#changed.fire(this.take(...workers));
  }

  lose(id: string): void {
    this.#workers.delete(id);
    this.#changed.fire(undefined);
  }
}

describe('what a switch comes to', () => {
  const begin = (link: FakeLink, count: number) =>
    SwitchWatch.begin(
      link,
      [...Array(count).keys()].map((at) => `w${at}`),
      link.listener,
    );
  const told = (link: FakeLink, count: number) => until(() => link.told.length === count, `${count} results`);

  it('is told of each worker, and the master asked for all of them once before and once after', async () => {
    const link = new FakeLink([...modules(50), snapshot({ id: 'other' })]);
    const watch = await begin(link, 50);
    assert.deepEqual([link.asked, link.listening], [1, 1]);
    link.become(...modules(50).map(({ id }) => asProcess(id, { state: 'starting' })));
    link.become(...modules(50).map(({ id }) => asProcess(id)));
    assert.equal(link.listening, 0);
    await told(link, 50);
    await watch.ordered();
    assert.equal(link.asked, 2);
    assert.deepEqual(new Set(link.told), new Set(modules(50).map(({ id }) => `${id}: 18 → 400`)));
  });

  it('is told together of those that come to run while the master is asked', async () => {
    const link = new FakeLink(modules(3));
    await begin(link, 3);
    for (const { id } of modules(3)) link.become(asProcess(id));
    await told(link, 3);
    assert.equal(link.asked, 3);
  });

  it('is waited for no more where the restart leaves a worker what it was, as where it is refused', async () => {
    const link = new FakeLink(modules(2));
    const watch = await begin(link, 2);
    link.become(snapshot({ id: 'w0', state: 'stopping' }));
    assert.equal(link.listening, 1);
    await watch.ordered();
    assert.equal(link.listening, 0);
    link.become(asProcess('w0'), asProcess('w1'));
    assert.deepEqual([link.told, link.asked], [[], 2]);
  });

  it('is waited for no more of one that fails, is gone, or stands still', async () => {
    const link = new FakeLink(modules(3));
    const watch = await begin(link, 3);
    link.become(failedSnapshot('w0 ended.', { id: 'w0', type: 'process' }));
    link.lose('w1');
    link.become(asProcess('w2', { state: 'stopped' }));
    assert.equal(link.listening, 1);
    await watch.ordered();
    assert.deepEqual([link.listening, link.told], [0, []]);
  });

  it('is waited for beyond the restart of one that still starts', async () => {
    const link = new FakeLink(modules(1));
    const watch = await begin(link, 1);
    link.become(asProcess('w0', { state: 'starting' }));
    await watch.ordered();
    assert.equal(link.listening, 1);
    link.become(asProcess('w0'));
    await told(link, 1);
    assert.equal(link.listening, 0);
  });

  it('is found in the answer where the push that tells of it is still on its way', async () => {
    const link = new FakeLink(modules(1));
    const watch = await begin(link, 1);
    link.take(asProcess('w0'));
    await watch.ordered();
    assert.deepEqual([link.told, link.listening], [['w0: 18 → 400'], 0]);
    link.become(asProcess('w0'));
    assert.equal(link.told.length, 1);
  });

  it('cannot be told where the master is gone: that is said once, and nothing is followed', async () => {
    const link = new FakeLink(modules(2));
    link.error = new Error('The master is gone.');
    const watch = await begin(link, 2);
    assert.deepEqual([link.failures, link.listening], [[link.error], 0]);
    await watch.ordered();
    assert.equal(link.asked, 1);

    const later = new FakeLink(modules(2));
    await begin(later, 2);
    later.error = new Error('The master is gone.');
    later.become(asProcess('w0'), asProcess('w1'));
    await until(() => later.failures.length > 0, 'the failure');
    assert.deepEqual([later.failures, later.told, later.listening], [[later.error], [], 0]);
  });

  it('asks nobody where nothing is switched', async () => {
    const link = new FakeLink(modules(2));
    const watch = await begin(link, 0);
    await watch.ordered();
    assert.deepEqual([link.asked, link.listening], [0, 0]);
  });
});
