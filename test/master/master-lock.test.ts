import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { acquireLock, type Identify } from '../../master/master-lock.ts';

const alive =
  (...pids: number[]): Identify =>
  (pid) =>
    Promise.resolve(pids.includes(pid) ? `start-${pid}` : undefined);

const folders: string[] = [];

function lockPath(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-lock-'));
  folders.push(folder);
  return path.join(folder, 'lock');
}

describe('master-lock', () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('is given once, and again after its release', async () => {
    const file = lockPath();
    const lock = await acquireLock(file, alive(process.pid));
    assert.ok('release' in lock);
    assert.deepEqual(await acquireLock(file, alive(process.pid)), {
      holder: { pid: process.pid, processStart: `start-${process.pid}` },
    });
    lock.release();
    assert.equal(existsSync(file), false);
    assert.ok('release' in (await acquireLock(file, alive(process.pid))));
  });

  for (const [holder, text] of [
    ['a dead process', JSON.stringify({ pid: 4711, processStart: 'start-4711' })],
    ['a process that has the pid by now', JSON.stringify({ pid: process.pid, processStart: 'another start' })],
    ['nobody that can be read', '{"pid": 47'],
    ['nothing', ''],
  ] as const) {
    it(`is taken over from ${holder}`, async () => {
      const file = lockPath();
      writeFileSync(file, text);
      assert.ok('release' in (await acquireLock(file, alive(process.pid))));
      assert.deepEqual(readdirSync(path.dirname(file)), ['lock']);
    });
  }

  it('is given to one of many that take over at once', async () => {
    const file = lockPath();
    writeFileSync(file, JSON.stringify({ pid: 4711, processStart: 'start-4711' }));
    const results = await Promise.all(Array.from({ length: 20 }, () => acquireLock(file, alive(process.pid))));
    assert.equal(results.filter((result) => 'release' in result).length, 1);
  });
});
