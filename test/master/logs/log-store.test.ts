import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HolePuncher } from '../../../master/logs/hole-puncher.ts';
import { LogStore } from '../../../master/logs/log-store.ts';
import { maskOf } from '../../../master/secrets/mask.ts';
import type { LogLine } from '../../../master/protocol.ts';
import type { RunOutput, SavedRun } from '../../../master/workers/worker.ts';
import { ProcessStage } from '../../support/process-run.ts';

describe('LogStore', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(30_000);
  let folder: string;
  let store: LogStore;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-logs-'));
    store = new LogStore(folder);
  });
  afterEach(() => {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const texts = async (lines = 1000, id = 'w') => (await store.lines({ id, lines })).map(({ text }) => text);
  const restart = () => {
    store.close();
    store = new LogStore(folder);
  };

  it('numbers the lines of both streams, over all runs', async () => {
    const first = await store.openRun('w', 1);
    appendFileSync(first.stdoutFile, 'one\ntwo\n');
    appendFileSync(first.stderrFile, 'oops\n');
    await first.close();
    const second = await store.openRun('w', 2);
    appendFileSync(second.stdoutFile, 'again\n');

    const lines = await store.lines({ id: 'w', lines: 10 });

    assert.deepEqual(
      lines.map(({ seq, run, stream, text }) => [seq, run, stream, text]),
      [
        [1, 1, 'stdout', 'one'],
        [2, 1, 'stdout', 'two'],
        [3, 1, 'stderr', 'oops'],
        [4, 2, 'stdout', 'again'],
      ],
    );
  });

  it('keeps the lines of two runs in order while one takes the place of the other', async () => {
    const first = await store.openRun('w', 1);
    const second = await store.openRun('w', 2);
    const third = await store.openRun('w', 3);
    for (const [file, text] of [
      [first.stdoutFile, 'a1\n'],
      [second.stdoutFile, 'b2\n'],
      [first.stdoutFile, 'a3\n'],
      [third.stdoutFile, 'c4\n'],
      [second.stdoutFile, 'b5\n'],
      [first.stdoutFile, 'a6\n'],
    ] as const) {
      appendFileSync(file, text);
      await texts();
    }
    for (const output of [second, third, first]) await output.close();
    const all = ['a1', 'b2', 'a3', 'c4', 'b5', 'a6'];
    assert.deepEqual(await texts(), all);
    assert.deepEqual(await texts(2), all.slice(-2));
    assert.deepEqual(
      (await store.lines({ id: 'w', lines: 9, after: 2, before: 6 })).map(({ text }) => text),
      all.slice(2, 5),
    );
    restart();
    assert.deepEqual(await texts(), all);
  });

  it('gives the lines of one run alone, counted from either end', async () => {
    for (const [number, text] of [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const) {
      const output = await store.openRun('w', number);
      appendFileSync(output.stdoutFile, `${text}\n`);
      if (number < 3) await output.close();
    }
    const of = async (run: number) => (await store.lines({ id: 'w', lines: 10, run })).map(({ text }) => text);
    assert.deepEqual([await of(2), await of(0), await of(-1), await of(-9)], [['two'], ['three'], ['two'], []]);
  });

  it('reads what lines tell by their form, and takes secrets out of them', async () => {
    const masked = new LogStore(path.join(folder, 'masked'), () => maskOf(['open-sesame']));
    const output = await masked.openRun('w', 1);
    appendFileSync(
      output.stdoutFile,
      '{"level":"error","msg":"said open-sesame","password":"hunter22"}\nopen-sesame\n',
    );
    const [json, plain] = await masked.lines({ id: 'w', lines: 10 });
    assert.equal(json?.level, 'error');
    assert.equal(json.message, 'said [masked]');
    assert.deepEqual(json.fields, { password: '[masked]' });
    assert.doesNotMatch(JSON.stringify([json, plain]), /sesame|hunter/);
    masked.close();
  });

  it('keeps a last line that no newline ends: the last words of a crash', async () => {
    const output = await store.openRun('w', 1);
    appendFileSync(output.stderrFile, 'Error: bo');
    assert.deepEqual(await texts(), []);
    appendFileSync(output.stderrFile, 'om');
    await output.close();
    assert.deepEqual(await texts(), ['Error: boom']);
  });

  it('tells a follower of every line once, in order, while a program writes them', async () => {
    const stage = new ProcessStage();
    try {
      const followed: LogLine[] = [];
      const following = stage.logs.follow('w', (lines) => followed.push(...lines));
      const run = await stage.start(stage.worker('prints-numbered-lines.mjs', ['20000']));
      await run.over;
      await stage.output?.close();
      following.dispose();

      const stdout = followed.filter(({ stream }) => stream === 'stdout').map(({ text }) => Number.parseInt(text, 10));
      assert.deepEqual(
        stdout,
        Array.from({ length: 20_000 }, (_, n) => n + 1),
      );
      assert.deepEqual(
        followed.map(({ seq }) => seq),
        Array.from({ length: 20_001 }, (_, n) => n + 1),
      );
      assert.equal(followed.find(({ stream }) => stream === 'stderr')?.text, 'last words without a newline');
      const [last] = await stage.logs.lastLines('w', 1);
      assert.equal(last?.seq, 20_001);
    } finally {
      await stage.close();
    }
  });

  it('wakes a follower by itself when something is written', async () => {
    const output = await store.openRun('w', 1);
    const told = new Promise<string>((resolve) => {
      store.follow('w', ([line]) => {
        resolve(line?.text ?? '');
      });
    });
    appendFileSync(output.stdoutFile, 'hello\n');
    assert.equal(await told, 'hello');
  });

  describe('a new master', () => {
    it('goes on at the right line, also within one, with the numbers of before', async () => {
      const output = await store.openRun('w', 1);
      appendFileSync(output.stdoutFile, 'one\ntwo\nthr');
      assert.deepEqual(await texts(), ['one', 'two']);
      restart();
      appendFileSync(output.stdoutFile, 'ee\n');
      const resumed = await store.openRun('w', 1, savedRun(output));
      appendFileSync(resumed.stdoutFile, 'four\n');
      const lines = await store.lines({ id: 'w', lines: 10 });
      assert.deepEqual(
        lines.map(({ seq, text }) => `${seq} ${text}`),
        ['1 one', '2 two', '3 three', '4 four'],
      );
    });

    it('reads what was written while there was none, before a run that follows', async () => {
      const output = await store.openRun('w', 1);
      restart();
      appendFileSync(output.stdoutFile, 'alone\nlast');
      const next = await store.openRun('w', 2);
      appendFileSync(next.stdoutFile, 'new\n');
      assert.deepEqual(await texts(), ['alone', 'last', 'new']);
    });

    it('survives an index that was cut off in the middle of a record', async () => {
      const output = await store.openRun('w', 1);
      appendFileSync(output.stdoutFile, 'one\n');
      await texts();
      appendFileSync(output.stdoutFile, 'two\n');
      await texts();
      const index = path.join(folder, 'index', 'w.1');
      store.close();
      truncateSync(index, statSync(index).size - 7);
      store = new LogStore(folder);
      const resumed = await store.openRun('w', 1, savedRun(output));
      appendFileSync(resumed.stdoutFile, 'three\n');
      assert.deepEqual(await texts(), ['one', 'two', 'three']);
      restart();
      assert.deepEqual(await texts(), ['one', 'two', 'three']);
    });
  });

  describe('selects', () => {
    beforeEach(async () => {
      const output = await store.openRun('w', 1);
      for (let n = 1; n <= 5; n += 1) {
        appendFileSync(output.stdoutFile, `${n % 2 === 0 ? 'even' : 'odd'} ${n}\n`);
        await texts();
      }
    });
    const select = async (params: { lines?: number; after?: number; grep?: string; since?: string }) =>
      (await store.lines({ id: 'w', lines: 100, ...params })).map(({ text }) => text);

    it('the newest', async () => assert.deepEqual(await select({ lines: 2 }), ['even 4', 'odd 5']));
    it('after a number', async () => assert.deepEqual(await select({ after: 3 }), ['even 4', 'odd 5']));
    it('by an expression', async () => assert.deepEqual(await select({ grep: '^even' }), ['even 2', 'even 4']));
    it('the newest by an expression', async () =>
      assert.deepEqual(await select({ grep: '^odd', lines: 1 }), ['odd 5']));
    it('since a time', async () => assert.deepEqual(await select({ since: '2999-01-01T00:00:00Z' }), []));
    it('refuses what is no expression, by name', () =>
      assert.rejects(select({ grep: '(' }), /"\(" is no regular expression/));
  });

  it('a worker without output has none, and makes no files', async () => {
    assert.deepEqual(await texts(10, 'never-started'), []);
    assert.deepEqual(readdirSync(folder), ['index']);
  });

  it('keeps the output to its owner', async () => {
    const { stdoutFile } = await store.openRun('w', 1);
    assert.equal(statSync(stdoutFile).mode & 0o777, 0o600);
  });

  it('keeps a bounded number of runs and no file of an old one open', async () => {
    for (let run = 1; run <= 30; run += 1) {
      const output = await store.openRun('w', run);
      output.write('stdout', `run ${run}\n`);
      await output.close();
    }
    const all = await texts();
    assert.deepEqual([all[0], all.at(-1), all.length], ['run 10', 'run 30', 21]);
    const open = readdirSync('/proc/self/fd').length;
    const output = await store.openRun('w', 31);
    await output.close();
    assert.ok(readdirSync('/proc/self/fd').length <= open);
  });

  describe('keeps to a size', () => {
    const maxBytes = 400_000;
    const line = (n: number) => `${String(n).padStart(9, '0')} ${'x'.repeat(89)}\n`;
    const flood = (file: string, from: number, count: number) =>
      appendFileSync(file, Array.from({ length: count }, (_, n) => line(from + n)).join(''));
    const numbers = async () =>
      (await store.lines({ id: 'w', lines: Number.POSITIVE_INFINITY })).map(({ seq, text }) => {
        assert.equal(Number(text.slice(0, 9)), seq);
        return seq;
      });
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
    const onDisk = () =>
      [...readdirSync(folder), ...readdirSync(path.join(folder, 'index')).map((name) => `index/${name}`)]
        .map((name) => statSync(path.join(folder, name)))
        .filter((file) => file.isFile())
        .reduce((total, { blocks }) => total + blocks * 512, 0);
    /** Each piece is taken in, and what is too much dropped, before the next. */
    const write = async (file: string, from: number, count: number) => {
      for (let at = 0; at < count; at += 1000) {
        flood(file, from + at, Math.min(1000, count - at));
        store.keepAtMost(maxBytes);
        await store.lines({ id: 'w', lines: 0 });
        store.keepAtMost(maxBytes);
        await store.settled();
      }
    };

    it('while a run goes on: the oldest lines go from the disk, are counted, and the numbers go on', async () => {
      const output = await store.openRun('w', 1);
      const followed: number[] = [];
      store.follow('w', (lines) => followed.push(...lines.map(({ seq }) => seq)));
      await write(output.stdoutFile, 1, 20_000);
      const dropped = store.droppedLines('w');
      assert.deepEqual(await numbers(), range(dropped + 1, 20_000));
      assert.ok(dropped > 15_000 && dropped < 18_000, `${dropped} dropped`);
      assert.deepEqual(followed, range(1, 20_000));
      assert.ok(onDisk() < maxBytes + 100_000, `${onDisk()} bytes`);
      // A later master knows it, goes on behind it, and drops on.
      restart();
      assert.equal(store.droppedLines('w'), dropped);
      assert.deepEqual(await numbers(), range(dropped + 1, 20_000));
      const resumed = await store.openRun('w', 1, savedRun(output));
      await write(resumed.stdoutFile, 20_001, 10_000);
      assert.deepEqual(await numbers(), range(store.droppedLines('w') + 1, 30_000));
      assert.ok(store.droppedLines('w') > dropped);
    });

    it('over runs, and removes those of which nothing is left', async () => {
      for (let run = 1; run <= 10; run += 1) {
        const output = await store.openRun('w', run);
        flood(output.stdoutFile, (run - 1) * 1000 + 1, 1000);
        await output.close();
        store.keepAtMost(maxBytes);
        await store.settled();
      }
      const kept = await numbers();
      assert.deepEqual(kept, range(store.droppedLines('w') + 1, 10_000));
      assert.ok(kept.length >= 3000 && kept.length <= 4000, `${kept.length} kept`);
      assert.equal(readdirSync(path.join(folder, 'index')).length, kept.length / 1000);
      restart();
      assert.deepEqual(await numbers(), kept);
    });

    it('and reads nothing anew of a stream of which nothing is left', async () => {
      const output = await store.openRun('w', 1);
      appendFileSync(output.stderrFile, 'the only line on stderr\n');
      await store.lines({ id: 'w', lines: 0 });
      await write(output.stdoutFile, 2, 10_000);
      restart();
      const resumed = await store.openRun('w', 1, savedRun(output));
      appendFileSync(resumed.stderrFile, `${line(10_002)}`);
      assert.deepEqual(await numbers(), range(store.droppedLines('w') + 1, 10_002));
    });

    it('whose reader finds nothing in the place of what was dropped while it read', async () => {
      const works = new HolePuncher(folder);
      store.close();
      store = new LogStore(folder, undefined, {
        works: () => Promise.resolve(true),
        punch: (hole) => works.punch(hole),
      });
      const output = await store.openRun('w', 1);
      flood(output.stdoutFile, 1, 30_000);
      // Reads the newest in its first turn; the rest is dropped before its second.
      const reading = numbers();
      store.keepAtMost(maxBytes);
      const read = await reading;
      assert.ok(read.length > 8000 && read.length < 20_000, `${read.length} read`);
      assert.deepEqual(read, range(30_001 - read.length, 30_000));
      await store.settled();
      assert.deepEqual(await numbers(), range(store.droppedLines('w') + 1, 30_000));
    });

    it('but for what a reader still has to take, where its worker waits for it', async () => {
      const told: boolean[] = [];
      store.onWaits((id) => told.push(store.waits(id)));
      const output = await store.openRun('w', 1);
      let taken = 250;
      const reader = store.attach({ taken: (id) => (id === 'w' ? taken : undefined) });
      const writeHeld = async (from: number, count: number) => {
        for (let at = 0; at < count; at += 250) {
          flood(output.stdoutFile, from + at, 250);
          store.keepAtMost(maxBytes, 'block');
          await store.lines({ id: 'w', lines: 0 });
          store.keepAtMost(maxBytes, 'block');
          await store.settled();
        }
      };
      await writeHeld(1, 4000);
      // What it has taken is worth too little to be dropped for, and nothing else may go.
      assert.deepEqual([told, await numbers()], [[], range(1, 4000)]);
      taken = 1000;
      await writeHeld(4001, 1500);
      assert.deepEqual([told, await numbers()], [[true], range(1001, 5500)]);
      taken = 5000;
      reader.taken('w');
      await store.settled();
      assert.deepEqual([told, await numbers()], [[true, false], range(store.droppedLines('w') + 1, 5500)]);
      assert.ok(store.droppedLines('w') > 1000);
      reader.dispose();
      await writeHeld(5501, 10_000);
      assert.deepEqual([told, await numbers()], [[true, false], range(store.droppedLines('w') + 1, 15_500)]);
      assert.ok(store.droppedLines('w') > 10_000);
    });

    it('where no room can be given back: whole runs go, and one that goes on is kept', async () => {
      const whole = new LogStore(path.join(folder, 'whole'), undefined, {
        works: () => Promise.resolve(false),
        punch: () => Promise.reject(new Error('no')),
      });
      for (let run = 1; run <= 4; run += 1) {
        const output = await whole.openRun('w', run);
        flood(output.stdoutFile, (run - 1) * 2000 + 1, 2000);
        if (run < 4) await output.close();
        whole.keepAtMost(500_000);
        await whole.settled();
      }
      const lines = await whole.lines({ id: 'w', lines: Number.POSITIVE_INFINITY });
      assert.deepEqual(
        lines.map(({ seq }) => seq),
        range(4001, 8000),
      );
      assert.equal(whole.droppedLines('w'), 4000);
      whole.close();
    });
  });

  it('counts the lines of a module that a full disk has no room for, and goes on when it has', async function () {
    const full = path.join(folder, 'full');
    mkdirSync(full);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', full], { stdio: 'ignore' });
    } catch {
      return this.skip();
    }
    const small = new LogStore(full);
    try {
      const output = await small.openRun('w', 1);
      const filler = path.join(full, 'filler');
      writeFileSync(filler, Buffer.alloc(64 * 1024));
      for (let n = 1; n <= 1000; n += 1) output.write('stdout', `line ${n} ${'x'.repeat(100)}\n`);
      rmSync(filler);
      output.write('stdout', 'there is room again\n');
      await output.close();
      const lines = (await small.lines({ id: 'w', lines: 2000 })).map(({ text }) => text);
      const told = lines.findIndex((text) => text.endsWith('lines are missing here: the disk had no room for them.'));
      const whole = lines.slice(0, told).filter((text) => /^line \d+ x{100}$/.test(text));
      assert.deepEqual(lines.slice(told + 1), ['there is room again']);
      assert.deepEqual(
        whole.map((text) => Number(text.split(' ')[1])),
        Array.from({ length: whole.length }, (_, n) => n + 1),
      );
      assert.ok(whole.length > 100, `${whole.length} lines`);
      assert.equal(whole.length + Number.parseInt(lines[told] ?? '', 10), 1000);
    } finally {
      small.close();
      execFileSync('umount', ['-l', full]);
    }
  });

  it('is forgotten when its worker is there no more and has written nothing for long', async () => {
    for (const id of ['kept', 'fresh', 'gone']) {
      const run = await store.openRun(id, 1);
      appendFileSync(run.stdoutFile, `${id}\n`);
      assert.deepEqual(await texts(1, id), [id]);
      await run.close();
    }
    const files = () => [folder, path.join(folder, 'index')].flatMap((one) => readdirSync(one).sort());
    const all = files();
    for (const name of all.filter((one) => /^(?:kept|gone)/.test(one))) {
      for (const one of [folder, path.join(folder, 'index')]) {
        if (readdirSync(one).includes(name)) utimesSync(path.join(one, name), 1000, 1000);
      }
    }
    restart();
    store.forget(new Set(['kept']), 2_000_000);
    assert.deepEqual(
      files(),
      all.filter((one) => !one.startsWith('gone')),
    );
    assert.deepEqual(
      [await texts(1, 'kept'), await texts(1, 'fresh'), await texts(1, 'gone')],
      [['kept'], ['fresh'], []],
    );
  });

  it('ids that begin alike do not meet', async () => {
    const one = await store.openRun('w', 1);
    const two = await store.openRun('w2', 1);
    one.write('stdout', 'one\n');
    two.write('stdout', 'two\n');
    assert.deepEqual([await texts(), await texts(10, 'w2')], [['one'], ['two']]);
  });
});

/** The first run of a worker, for a later master. */
function savedRun({ stdoutFile, stderrFile }: RunOutput): SavedRun {
  return { number: 1, pid: 1, processStart: '', boot: '', startedAt: '', stdoutFile, stderrFile };
}
