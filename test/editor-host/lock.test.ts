import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { withLock } from './lock.ts';

describe('the lock of an installation', () => {
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-lock-'));
    lock = path.join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('lets one work at a time, and says what the other waits for', async () => {
    const order: string[] = [];
    const said: string[] = [];
    let finishFirst = () => {};
    let tellBegin = () => {};
    const begun = new Promise<void>((resolve) => (tellBegin = resolve));
    const firstWork = new Promise<void>((resolve) => (finishFirst = resolve));
    const first = withLock(
      lock,
      () => {},
      async () => {
        order.push('first begins');
        tellBegin();
        await firstWork;
        order.push('first ends');
      },
    );
    await begun;
    const second = withLock(
      lock,
      (line) => {
        said.push(line);
        finishFirst();
      },
      () => Promise.resolve(void order.push('second')),
    );
    await Promise.all([first, second]);
    assert.deepEqual(order, ['first begins', 'first ends', 'second']);
    assert.deepEqual(said, [`waiting for process ${process.pid}, which holds ${lock}`]);
  });

  it('is taken over from a process that is gone', async () => {
    // No process has this number: it is above the highest that systems give.
    writeFileSync(lock, '99999999');
    let worked = false;
    await withLock(
      lock,
      () => {},
      () => Promise.resolve(void (worked = true)),
    );
    assert.ok(worked);
  });

  it('is released when the work fails', async () => {
    const failing = withLock(
      lock,
      () => {},
      () => Promise.reject(new Error('refused')),
    );
    await assert.rejects(failing, /refused/);
    assert.equal(existsSync(lock), false);
  });
});
