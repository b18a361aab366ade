import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Lineage } from '../../../../../master/workers/process/table/lineage.ts';
import { ProcReader } from '../../../../../master/workers/process/table/proc-reader.ts';
import { thisMachine } from '../../../../../master/workers/process/table/process-table.ts';

const units = { pageBytes: 4096, ticksPerSecond: 100 };

/** A /proc of our own, in which time and ids go as the test wants. */
class Proc {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'hsu-proc-'));
  lastPid = 100;
  forks = 1000;
  uptime = 500;
  readonly lineage = new Lineage(new ProcReader(this.folder), units);

  process(
    pid: number,
    facts: { parent?: number; session?: number; start: number; environment?: string; exitSignal?: number },
  ): this {
    const { parent = 1, session = 1, start, environment = '', exitSignal = 17 } = facts;
    const zeros = (length: number) => Array.from({ length }, () => '0').join(' ');
    const text = `${pid} (a b) S ${parent} 1 ${session} ${zeros(15)} ${start * 100} 0 10 ${zeros(13)} ${exitSignal} 0\n`;
    this.#write(`${pid}/stat`, text);
    this.#write(`${pid}/environ`, environment);
    return this;
  }

  gone(pid: number): this {
    rmSync(path.join(this.folder, String(pid)), { recursive: true });
    return this;
  }

  look(): Record<number, string> {
    this.#write('loadavg', `0.1 0.1 0.1 1/99 ${this.lastPid}\n`);
    this.#write('stat', `cpu 1 2\nprocesses ${this.forks}\nprocs_running 1\n`);
    this.#write('uptime', `${this.uptime}.00 1.00\n`);
    this.#write('sys/kernel/pid_max', '32768\n');
    const mark = ['HSU_WORKER_ID=w'];
    return Object.fromEntries(
      this.lineage
        .look()
        .map(({ pid, parent, session, start, carries }) => [
          pid,
          `${parent} ${session} ${Number(start) / 100}${carries(mark) ? ' marked' : ''}`,
        ]),
    );
  }

  #write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

describe('lineage', () => {
  let proc: Proc;
  beforeEach(() => {
    proc = new Proc();
  });
  afterEach(() => rmSync(proc.folder, { recursive: true, force: true }));

  it('keeps to what a process was when it was first seen: its parent dies, its environment is cleaned', () => {
    proc.process(50, { parent: 40, session: 40, start: 400, environment: 'A=1\0HSU_WORKER_ID=w\0' });
    assert.deepEqual(proc.look(), { 50: '40 40 400 marked' });
    proc.process(50, { parent: 1, session: 50, start: 400 });
    assert.deepEqual(proc.look(), { 50: '40 40 400 marked' });
  });

  it('looks at a young process again, for it may execute what it is going to be', () => {
    proc.process(50, { parent: 40, session: 40, start: 499.5 });
    assert.deepEqual(proc.look(), { 50: '40 40 499.5' });
    proc.process(50, { parent: 1, session: 50, start: 499.5, environment: 'HSU_WORKER_ID=w\0' });
    assert.deepEqual(proc.look(), { 50: '40 40 499.5 marked' });
    proc.process(50, { start: 499.5 });
    assert.deepEqual(proc.look(), { 50: '40 40 499.5 marked' });
  });

  it('forgets who is gone, and sees who is new', () => {
    proc.process(50, { start: 400 });
    proc.look();
    proc.gone(50).process(150, { start: 499 });
    proc.lastPid = 150;
    assert.deepEqual(proc.look(), { 150: '1 1 499' });
  });

  it('asks only for the ids that were given meanwhile, where those are few', () => {
    proc.process(50, { start: 400 }).process(60, { start: 499.5 });
    proc.look();
    proc.gone(50).gone(60).process(99, { start: 499 }).process(101, { start: 499 });
    proc.lastPid = 101;
    assert.deepEqual(proc.look(), { 50: '1 1 400', 101: '1 1 499' });
  });

  it('gives the list of before where nothing has changed', () => {
    proc.process(50, { start: 400 });
    proc.look();
    const before = proc.lineage.look();
    assert.equal(proc.lineage.look(), before);
    proc.lineage.forget({ pid: 50, start: 'of another' });
    assert.equal(proc.lineage.look(), before);
    proc.lineage.forget({ pid: 50, start: '40000' });
    assert.deepEqual(proc.look(), {});
  });

  it('… and looks through all there are from time to time', () => {
    proc.process(50, { start: 400 });
    proc.look();
    proc.gone(50);
    for (; proc.lastPid < 1100; proc.lastPid += 10) assert.deepEqual(proc.look(), { 50: '1 1 400' });
    proc.lastPid = 1101;
    assert.deepEqual(proc.look(), {});
  });

  it('takes no thread for a process', () => {
    proc.look();
    proc.process(101, { parent: 50, start: 499, exitSignal: -1 });
    proc.lastPid = 101;
    assert.deepEqual(proc.look(), {});
  });

  it('does not take a process for another that had its id: the ids came around to it', () => {
    proc.process(50, { parent: 40, start: 400 });
    proc.lastPid = 49;
    proc.look();
    proc.process(50, { parent: 77, start: 450 });
    proc.lastPid = 51;
    assert.deepEqual(proc.look(), { 50: '77 1 450' });
  });

  it('… they came around past the end', () => {
    proc.process(50, { parent: 40, start: 400 }).process(200, { parent: 40, start: 400 });
    proc.lastPid = 32_000;
    proc.look();
    proc.process(50, { parent: 77, start: 450 }).process(200, { parent: 77, start: 450 });
    proc.lastPid = 60;
    // 200 cannot have been given again yet, so it is not read.
    assert.deepEqual(proc.look(), { 50: '77 1 450', 200: '40 1 400' });
  });

  it('… so many were made that any may have come around', () => {
    proc.process(50, { parent: 40, start: 400 });
    proc.look();
    proc.process(50, { parent: 77, start: 450 });
    proc.forks += 20_000;
    assert.deepEqual(proc.look(), { 50: '77 1 450' });
  });

  it('… the system does not count', () => {
    proc.lastPid = 0;
    proc.process(50, { parent: 40, start: 400 });
    proc.look();
    proc.process(50, { parent: 77, start: 450 });
    assert.deepEqual(proc.look(), { 50: '77 1 450' });
  });

  it('finds on this machine, look after look, the tree that a full look finds', async function () {
    if (process.platform !== 'linux') this.skip();
    const mark = `HSU_TEST_LINEAGE=${process.pid}`;
    const tree = { markers: [mark], known: new Set<string>() };
    const environment = { ...process.env, HSU_TEST_LINEAGE: String(process.pid) };
    await thisMachine.tree(tree);
    const shell = spawn('/bin/sh', ['-c', 'sleep 60 & sleep 60 & wait'], { env: environment, stdio: 'ignore' });
    try {
      for (let seen = 0; seen < 3;) seen = (await thisMachine.tree(tree)).length;
      const full = (await thisMachine.list()).filter((entry) => entry.carries([mark]));
      const pids = (entries: readonly { readonly pid: number }[]) => entries.map(({ pid }) => pid).sort();
      assert.deepEqual(pids(await thisMachine.tree(tree)), pids(full));
    } finally {
      for (const { pid } of await thisMachine.tree(tree)) process.kill(pid, 'SIGKILL');
      await once(shell, 'exit');
    }
    for (let left = 3; left > 0;) left = (await thisMachine.tree(tree)).length;
  });
});
