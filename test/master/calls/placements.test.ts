import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CallsStage, places } from '../../support/calls-stage.ts';
import { until } from '../../support/until.ts';

interface Described {
  readonly name: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack: string;
  readonly isTypeError: boolean;
  readonly cause?: string;
  readonly detail?: unknown;
  readonly errors?: readonly unknown[];
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: Described & { readonly thrown?: unknown };
}

interface ConnectAs {
  readonly endpoint?: string;
  readonly shareValues?: boolean;
  readonly timeoutMs?: number;
  readonly waitMs?: number;
}

/** What test/fixtures/calls/caller.mjs publishes. */
interface Caller {
  call(worker: string, options: ConnectAs, method: string, args: readonly unknown[]): Outcome;
  abort(worker: string, options: ConnectAs, method: string): Outcome;
  abortBefore(worker: string, options: ConnectAs, method: string): boolean | 'answered';
  withSignal(worker: string, options: ConnectAs, method: string): Outcome;
  abortStream(worker: string, options: ConnectAs, method: string): Outcome & { readonly then: unknown };
  leaveOpen(worker: string, options: ConnectAs, method: string): void;
  dropStream(worker: string, options: ConnectAs): void;
  collect(): void;
  read(
    worker: string,
    options: ConnectAs,
    method: string,
    args: readonly unknown[],
    most: number,
  ): { readonly items: readonly unknown[]; readonly error?: Described };
  readSlowly(worker: string, options: ConnectAs, to: number): number;
  isolation(
    worker: string,
    options: ConnectAs,
  ): { readonly touched: boolean; readonly leaked: boolean; readonly same: boolean };
  keepCalling(worker: string, options: ConnectAs, ms: number): { readonly done: number; readonly errors: unknown[] };
  callTimes(worker: string, options: ConnectAs, times: number, file: string): void;
}

const shapes: ConnectAs = { endpoint: 'shapes' };

describe('calls between workers', function () {
  this.timeout(60_000);
  let stage: CallsStage;

  before(async () => {
    stage = await CallsStage.open();
  });

  after(() => stage.close());

  for (const from of places) {
    for (const to of places) {
      describe(`from ${from} to ${to}`, () => {
        const provider = `provider-${to}`;
        const caller = () => stage.client.connect<Caller>(`caller-${from}`, { timeoutMs: 60_000 });
        const call = (method: string, args: readonly unknown[] = [], options: ConnectAs = shapes) =>
          caller().call(provider, options, method, args);
        const failure = async (method: string, args: readonly unknown[] = [], options: ConnectAs = shapes) => {
          const { error } = await call(method, args, options);
          assert.ok(error, `${method} did not fail`);
          return error;
        };

        it('gets the answer of a function, synchronous or not', async () => {
          assert.deepEqual(await call('add', [2, 3]), { value: 5 });
          assert.deepEqual(await call('addLater', [2, 3]), { value: 5 });
          assert.deepEqual(await call('hello', ['you'], { endpoint: 'more' }), { value: `hello you from ${provider}` });
        });

        it('carries every value that can be cloned', async () => {
          const shared = { inner: 1 };
          const values = [
            undefined,
            null,
            -0,
            NaN,
            12n,
            'text',
            new Date(5),
            new Map([[1, new Set(['a'])]]),
            new Uint8Array([1, 2]),
            /x/g,
            { one: shared, two: shared, list: [1, , 3] },
          ];
          assert.deepEqual(await call('echo', [values]), { value: values });
        });

        it('fails as the function does: name, message, code, cause, properties and the stack there', async () => {
          const error = await failure('fails');
          const { name, message, code, cause, detail, isTypeError } = error;
          assert.deepEqual(
            { name, message, code, cause, detail, isTypeError },
            {
              name: 'Refusal',
              message: 'no, thanks',
              code: 'E_REFUSED',
              cause: 'the cause',
              detail: { amount: 7 },
              isTypeError: false,
            },
          );
          assert.match(error.stack, /provider\.mjs:\d+/);
          assert.equal((await failure('fails', ['type'])).isTypeError, true);
          assert.deepEqual((await call('fails', ['text'])).error, { thrown: 'just text' });
          assert.deepEqual((await call('fails', ['nothing'])).error, { thrown: undefined });
          const many = await failure('fails', ['many']);
          assert.deepEqual([many.name, many.message, many.errors], ['AggregateError', 'both', ['one', 'two']]);
        });

        it('says which functions there are when it has not the one that is called', async () => {
          const { name, code, message } = await failure('subtract', [1]);
          assert.deepEqual([name, code], ['CallError', 'unknown-function']);
          assert.match(
            message,
            new RegExp(`^${provider}/shapes has no function "subtract"; it has: add, addLater, echo, `),
          );
        });

        it('says which endpoints there are when none is named', async () => {
          const { code, message } = await failure('add', [1, 2], {});
          assert.equal(code, 'unknown-endpoint');
          assert.equal(message, `${provider} publishes "shapes", "more": say which one by "endpoint".`);
        });

        it('refuses what cannot be cloned, in arguments and in answers', async () => {
          const answer = await failure('giveFunction');
          assert.equal(answer.code, 'not-cloneable');
          assert.match(answer.message, new RegExp(`^The answer of ${provider}\\.giveFunction\\(\\) cannot be sent`));
        });

        it('takes back a call whose signal aborts, at both ends', async () => {
          const { error } = await caller().abort(provider, shapes, 'untilAborted');
          assert.equal(error?.message, 'changed my mind');
          assert.deepEqual(await call('aborted'), { value: 'changed my mind' });
        });

        it('does not begin a call whose signal has aborted already', async () => {
          const { value: before } = await call('aborted');
          assert.equal(await caller().abortBefore(provider, shapes, 'untilAborted'), true);
          assert.deepEqual(await call('aborted'), { value: before });
        });

        it('ends a call that is out of time, at both ends', async () => {
          const { error } = await caller().withSignal(provider, { ...shapes, timeoutMs: 50 }, 'untilAborted');
          assert.equal(error?.code, 'timeout');
          const says = new RegExp(`^${provider}\\.untilAborted\\(\\) was not answered within 0\\.05 s: see the log`);
          assert.match(error.message, says);
          await until(async () => says.test(String((await call('aborted')).value)), 'the function to know');
        });

        it('reads a stream to its end, in order', async () => {
          const { items } = await caller().read(provider, shapes, 'count', [100], 1000);
          assert.deepEqual(
            items,
            Array.from({ length: 100 }, (_, index) => ({ n: index + 1 })),
          );
        });

        it('tells the reader of a stream what broke it, after what came before', async () => {
          const { items, error } = await caller().read(provider, shapes, 'breaks', [], 10);
          assert.deepEqual(items, [1]);
          assert.equal(error?.message, 'broken');
          assert.equal(error.isTypeError, true);
        });

        const cleaned = async () => ((await call('counts')).value as { cleaned: number }).cleaned;

        it('ends a stream whose signal aborts, at both ends', async () => {
          const before = await cleaned();
          const { value, error, then } = await caller().abortStream(provider, shapes, 'stalls');
          assert.deepEqual([value, error?.message, then], [1, 'changed my mind', { done: true, value: undefined }]);
          await until(async () => (await cleaned()) === before + 1, 'the producer to clean up');
          assert.deepEqual(await call('aborted'), { value: 'changed my mind' });
        });

        it('lets the reader leave where the producer waits for what never comes', async () => {
          assert.deepEqual(await caller().read(provider, shapes, 'stalls', [], 1), { items: [1] });
        });

        it('ends a stream that nobody holds any more', async () => {
          const before = await cleaned();
          await caller().dropStream(provider, shapes);
          await until(async () => {
            await caller().collect();
            return (await cleaned()) === before + 1;
          }, 'the producer to clean up');
        });

        it('ends the calls and streams of a caller that ends', async () => {
          const before = await cleaned();
          await caller().leaveOpen(provider, shapes, 'untilAborted');
          await stage.master.restart([`caller-${from}`]);
          await until(
            async () => /^The caller (of .* has ended|is gone)\.$/.test(String((await call('aborted')).value)),
            'the function to know',
          );
          await until(async () => (await cleaned()) === before + 1, 'the producer to clean up');
        });

        it('tells the reader of a stream that the worker ended', async () => {
          const { items, error } = await caller().read(provider, shapes, 'endsWithItsWorker', [], 10);
          assert.deepEqual([items, error?.code], [[1], 'worker-lost']);
          assert.match(
            error?.message ?? '',
            new RegExp(`^${provider} ended while endsWithItsWorker\\(\\) was under way`),
          );
          await stage.until(provider, 'failed');
          await stage.master.start([provider]);
        });

        it('lets the producer clean up when the reader leaves early', async () => {
          const before = (await call('counts')).value as { cleaned: number };
          assert.equal((await caller().read(provider, shapes, 'count', [1_000_000], 3)).items.length, 3);
          const after = (await call('counts')).value as { cleaned: number };
          assert.equal(after.cleaned, before.cleaned + 1);
        });

        it('holds the producer to the pace of a slow reader', async () => {
          const before = (await call('counts')).value as { produced: number };
          const produced = await caller().readSlowly(provider, shapes, 1_000_000);
          assert.ok(produced - before.produced <= 64, `${produced - before.produced} items were produced for one`);
        });

        it('isolates values', async () => {
          assert.deepEqual(await caller().isolation(provider, shapes), { touched: false, leaked: false, same: false });
        });

        it('waits while the worker restarts, and finds it again', async () => {
          const calling = caller().keepCalling(provider, shapes, 600);
          await wait(100);
          const [restarted] = await stage.master.restart([provider]);
          assert.equal(restarted?.ok, true, restarted?.message);
          const { done, errors } = await calling;
          assert.deepEqual(errors, []);
          assert.ok(done > 0);
          assert.deepEqual(await call('add', [20, 3]), { value: 23 });
        });

        it('loses no call while the worker is swapped', async () => {
          const calling = caller().keepCalling(provider, shapes, 600);
          await wait(100);
          const [swapped] = await stage.master.swap([provider]);
          assert.equal(swapped?.ok, true, swapped?.message);
          assert.deepEqual((await calling).errors, []);
          assert.deepEqual(await call('add', [30, 3]), { value: 33 });
        });

        it('says so when the worker ends during a call', async () => {
          const { code, message } = await failure('dies');
          assert.equal(code, 'worker-lost');
          assert.match(message, new RegExp(`^${provider} ended while dies\\(\\) was under way`));
          await stage.until(provider, 'failed');
          await stage.master.start([provider]);
          assert.deepEqual(await call('add', [4, 3]), { value: 7 });
        });

        it('says after a while that the worker is not there, in which state it is, and what to do', async () => {
          await stage.master.stop([provider]);
          const { code, message } = await failure('add', [1, 2], { ...shapes, waitMs: 200 });
          assert.equal(code, 'unavailable');
          assert.equal(
            message,
            `add() has waited 0.2 s for ${provider}: it is stopped. Start it: hsu start ${provider}.`,
          );
          const waiting = call('add', [1, 2]);
          await stage.master.start([provider]);
          assert.deepEqual(await waiting, { value: 3 });
        });
      });
    }
  }

  it('shares values only where both workers live on one loop', async () => {
    for (const [from, to, shared] of [
      ['shared', 'shared', true],
      ['shared', 'thread', false],
      ['process', 'shared', false],
    ] as const) {
      const caller = stage.client.connect<Caller>(`caller-${from}`);
      const options = { ...shapes, shareValues: true };
      const isolation = await caller.isolation(`provider-${to}`, options);
      assert.deepEqual(isolation, { touched: shared, leaked: shared, same: shared }, `from ${from} to ${to}`);
    }
  });

  it('shows what is published: functions of modules, sockets of processes', async () => {
    const endpoints = async (id: string) =>
      (stage.master.controller(id).snapshot().endpoints ?? []).map(({ name, type }) => `${name} ${type}`);
    assert.deepEqual(await endpoints('provider-shared'), ['shapes function', 'more function']);
    assert.deepEqual(await endpoints('provider-thread'), ['shapes function', 'more function']);
    assert.deepEqual(await endpoints('provider-process'), ['shapes ipc', 'more ipc']);
    assert.equal(stage.master.getWorkerEndpoint('provider-shared', 'more').address, 'provider-shared/more');
    assert.throws(() => stage.master.getWorkerEndpoint('provider-shared', 'less'), {
      message: 'provider-shared does not offer the endpoint "less": it is running and has "shapes", "more".',
    });
  });

  it('names the workers there are when an unknown one is called', async () => {
    const { error } = await stage.client.connect<Caller>('caller-shared').call('nobody', {}, 'add', []);
    assert.equal(error?.code, 'unknown-worker');
    assert.match(error.message, /^There is no worker "nobody" in the workers file; it has: /);
  });

  it('keeps the loop of the master out of the way', async () => {
    const file = path.join(stage.masterFolder, 'calls');
    writeFileSync(file, '');
    const said = () => readFileSync(file, 'utf8');
    const calling = stage.client.connect<Caller>('caller-thread').callTimes('provider-shared', shapes, 100, file);
    await until(() => said() !== '', 'the calls to begin');
    // Standing still here, where the master runs: what had to pass through it would wait as long.
    const nothing = new Int32Array(new SharedArrayBuffer(4));
    for (const end = performance.now() + 15_000; said() === 'begun' && performance.now() < end;) {
      Atomics.wait(nothing, 0, 0, 10);
    }
    assert.equal(said(), 'begun done');
    await calling;
  });
});
