import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { readLogCollection, readLogStore } from '../../../../master/config/log-collection.ts';
import { LogStore } from '../../../../master/logs/log-store.ts';
import { LogOutputs } from '../../../../master/logs/outputs/log-outputs.ts';
import { OutputFile } from '../../../../master/logs/outputs/output-file.ts';
import { until } from '../../../support/until.ts';
import { ProcessStage } from '../../../support/process-run.ts';

describe('log_collection', function () {
  // Bounds a hang on a busy machine; nothing is measured.
  this.timeout(60_000);
  let folder: string;
  let store: LogStore;
  let outputs: LogOutputs;
  const printed: string[] = [];
  const failures: string[] = [];

  const open = () => {
    store = new LogStore(path.join(folder, 'store'));
    outputs = outputsOf(store);
  };
  const outputsOf = (source: LogStore) =>
    new LogOutputs({
      source,
      folder,
      cursors: path.join(folder, 'cursors'),
      master: 'm1',
      stdout: new Writable({
        write: (chunk, _encoding, done) => {
          printed.push(String(chunk));
          done();
        },
      }),
      stderr: new Writable({ write: (_chunk, _encoding, done) => done() }),
      failed: (sentence) => failures.push(sentence),
    });

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-outputs-'));
    printed.length = 0;
    failures.length = 0;
    open();
  });

  afterEach(async () => {
    await outputs.close();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const configure = (block: object) => outputs.configure(readLogCollection(block));
  const file = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  const aggregate = (target: object) => ({
    global_aggregation: { targets: [{ type: 'file', path: 'all.log', ...target }] },
  });

  it('writes the lines of all workers to one place, and of each to its own, by stream', async () => {
    await configure({
      ...aggregate({ format: 'plain', prefix: '> ' }),
      default_worker: {
        outputs: {
          separate: {
            stdout: [{ type: 'file', path: '{worker_id}-stdout.log' }],
            stderr: [{ type: 'file', path: '{worker_id}-stderr.log' }],
          },
          forwarding: [{ type: 'master_stdout' }],
        },
      },
      system: { worker_directory: 'workers' },
    });
    for (const id of ['a', 'b']) {
      const output = await store.openRun(id, 1);
      appendFileSync(output.stdoutFile, `${id} out\n`);
      appendFileSync(output.stderrFile, `${id} err\n`);
      await output.close();
    }
    await outputs.close();
    assert.deepEqual(file('all.log').split('\n').sort(), ['', '> a err', '> a out', '> b err', '> b out']);
    assert.equal(file('workers/a-stdout.log'), 'a out\n');
    assert.equal(file('workers/b-stderr.log'), 'b err\n');
    assert.equal(printed.join('').split('\n').length, 5);
  });

  it('writes lines in the form that is asked for', async () => {
    await configure({
      global_aggregation: {
        targets: [
          { type: 'file', path: 'enhanced.log', format: 'enhanced_plain' },
          { type: 'file', path: 'lines.json', format: 'structured_json' },
        ],
      },
      enhancement: { metadata: { add_timestamp: true, add_hostname: true, add_sequence: true } },
    });
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, '{"level":"warn","msg":"slow","ms":5}\n\x1b[2J\x1b[31mred\x1b[0m\n');
    await output.close();
    await outputs.close();
    assert.match(
      file('enhanced.log'),
      new RegExp(`^\\d{4}-\\S+Z ${hostname()} w #1 stdout \\| \\{"level".*\\n\\S+ \\S+ w #2 stdout \\| red\\n$`),
    );
    const [first, second] = file('lines.json')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const { time, ...rest } = first ?? {};
    assert.ok(typeof time === 'string');
    assert.deepEqual(rest, {
      host: hostname(),
      worker: 'w',
      run: 1,
      seq: 1,
      stream: 'stdout',
      level: 'warn',
      message: 'slow',
      fields: { ms: 5 },
    });
    assert.equal(second?.['message'], 'red');
  });

  it('says how much the store keeps, whether anything is written elsewhere or not', () => {
    const of = (maxSize: unknown, more = {}) =>
      readLogStore({ ...more, default_worker: { store: { max_size: maxSize } } });
    assert.deepEqual(of('1GB'), { maxBytes: 1_000_000_000 });
    assert.deepEqual(of(4096, { enabled: false }), { maxBytes: 4096 });
    for (const wrong of ['much', 0, -1, null]) assert.deepEqual(of(wrong), {});
    assert.deepEqual(readLogStore(undefined), {});
  });

  it('leaves out what the filters say, and a stream that is not captured', async () => {
    await configure({
      ...aggregate({}),
      default_worker: {
        capture_stderr: false,
        processing: { filters: { level_filter: 'info', include_patterns: ['keep'], exclude_patterns: ['/health'] } },
      },
    });
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'keep 1\nDEBUG keep\nkeep /health\nother\nkeep 2\n');
    appendFileSync(output.stderrFile, 'keep err\n');
    await output.close();
    await outputs.close();
    assert.equal(file('all.log'), 'keep 1\nkeep 2\n');
  });

  it('follows a change while workers run, and begins a new output with what comes then', async () => {
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'before\n');
    await configure(aggregate({}));
    appendFileSync(output.stdoutFile, 'first\n');
    await configure(aggregate({ path: 'other.log' }));
    appendFileSync(output.stdoutFile, 'second\n');
    await outputs.configure(undefined);
    appendFileSync(output.stdoutFile, 'after\n');
    await output.close();
    assert.deepEqual([file('all.log'), file('other.log')], ['first\n', 'second\n']);
  });

  it('writes each line once over a restart of the master, also what was not noted before a kill -9', async () => {
    await configure(aggregate({ rotation: { max_size: 60 } }));
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'one\ntwo\n');
    await outputs.close();
    // What the killed master wrote and could not note any more.
    appendFileSync(path.join(folder, 'all.log'), 'thr');
    appendFileSync(output.stdoutFile, 'three\n');
    store.close();
    open();
    await configure(aggregate({ rotation: { max_size: 60 } }));
    await outputs.close();
    assert.equal(file('all.log'), 'one\ntwo\nthree\n');
  });

  it('has the lines of a worker that was new to it when the master was killed, before it had noted anything', async () => {
    await configure({ ...aggregate({}), default_worker: { buffering: { flush_interval: '1h' } } });
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'one\ntwo\n');
    await store.lines({ id: 'w', lines: 2 });
    // The killed one writes nothing any more; the next one begins with what it finds.
    const killed = { store, outputs };
    open();
    await configure({ ...aggregate({}), default_worker: { buffering: { flush_interval: '1ms' } } });
    await until(() => existsSync(path.join(folder, 'all.log')) && file('all.log') === 'one\ntwo\n', 'both lines');
    await outputs.configure(undefined);
    appendFileSync(output.stdoutFile, 'while nothing was written elsewhere\n');
    const more = await store.openRun('v', 1);
    appendFileSync(more.stdoutFile, 'not either\n');
    await store.lines({ id: 'v', lines: 1 });
    await outputs.configure(readLogCollection({ ...aggregate({ path: 'other.log' }) }));
    appendFileSync(more.stdoutFile, 'but this\n');
    await more.close();
    await output.close();
    await outputs.close();
    assert.equal(file('other.log'), 'but this\n');
    killed.store.close();
  });

  it('leaves a file alone that somebody put in place of its own', async () => {
    await configure(aggregate({}));
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'one\n');
    await outputs.close();
    // Made while the former is there: else it might be given its number, in the same tick of the system's clock.
    writeFileSync(path.join(folder, 'stranger.log'), 'a stranger wrote this, and a good deal of it\n');
    renameSync(path.join(folder, 'stranger.log'), path.join(folder, 'all.log'));
    outputs = outputsOf(store);
    await configure(aggregate({}));
    appendFileSync(output.stdoutFile, 'two\n');
    await output.close();
    await outputs.close();
    assert.equal(file('all.log'), 'a stranger wrote this, and a good deal of it\ntwo\n');
  });

  it('loses no line by rotation while a program writes, and keeps to size and count', async () => {
    const stage = new ProcessStage();
    const mine = outputsOf(stage.logs);
    try {
      await mine.configure(readLogCollection(aggregate({ rotation: { max_size: '40KB', max_files: 10_000 } })));
      const run = await stage.start(stage.worker('prints-numbered-lines.mjs', ['20000']));
      await run.over;
      await stage.output?.close();
      await mine.close();
      const files = readdirSync(folder).filter((name) => name.startsWith('all.log'));
      assert.ok(files.length > 20, `${files.length} files`);
      for (const name of files) assert.ok(statSync(path.join(folder, name)).size <= 40_000);
      const oldestFirst = files.sort((a, b) => numberOf(b) - numberOf(a));
      const lines = oldestFirst.flatMap((name) => file(name).split('\n').slice(0, -1));
      const numbered = lines.filter((line) => /^\d/.test(line)).map((line) => Number.parseInt(line, 10));
      assert.deepEqual(
        numbered,
        Array.from({ length: 20_000 }, (_, n) => n + 1),
      );
    } finally {
      await mine.close();
      await stage.close();
    }
  });

  it('keeps as many old files as asked, and none that is too old', async () => {
    let now = Date.now();
    const rotation = { maxBytes: 4, maxFiles: 2, maxAgeMs: 60_000 };
    const target = new OutputFile({
      path: path.join(folder, 'r.log'),
      rotation,
      cursor: path.join(folder, 'cursors/r'),
      now: () => now,
    });
    for (const seq of [1, 2, 3, 4]) await target.append([{ key: 'w', seq, text: `${seq}ab\n` }]);
    const names = () =>
      readdirSync(folder)
        .filter((name) => name.startsWith('r.log'))
        .sort();
    assert.deepEqual(names(), ['r.log', 'r.log.1', 'r.log.2']);
    assert.equal(file('r.log.2'), '2ab\n');
    now += 61_000;
    await target.append([{ key: 'w', seq: 5, text: 'x\n' }]);
    assert.deepEqual(names(), ['r.log'], 'by its age the file was full, and the old ones went');
    await target.close();
  });

  it('says once that it cannot write, keeps the lines, and writes them when it can', async () => {
    mkdirSync(path.join(folder, 'all.log'));
    await configure({ ...aggregate({}), default_worker: { buffering: { flush_interval: '1ms' } } });
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'one\n');
    await until(() => failures.length > 0, 'the failure that is told');
    appendFileSync(output.stdoutFile, 'two\n');
    await store.lines({ id: 'w', lines: 1 });
    rmSync(path.join(folder, 'all.log'), { recursive: true });
    await output.close();
    await outputs.close();
    assert.equal(file('all.log'), 'one\ntwo\n');
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /^log_collection cannot write: EISDIR.*The lines are kept/);
  });

  it('says so too of a folder that cannot be made and is said not to be there', async function () {
    if (process.platform !== 'linux') return this.skip();
    await configure({
      ...aggregate({ path: '/proc/no-such/all.log' }),
      default_worker: { buffering: { flush_interval: '1ms' } },
    });
    const output = await store.openRun('w', 1);
    appendFileSync(output.stdoutFile, 'one\n');
    await until(() => failures.length > 0, 'the failure that is told');
    await configure(aggregate({}));
    await output.close();
    assert.match(failures[0] ?? '', /^log_collection cannot write: ENOENT.*\/proc\/no-such.*The lines are kept/);
  });
});

function numberOf(name: string): number {
  return Number(name.split('.')[2] ?? 0);
}
