import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { HolePuncher } from '../../../master/logs/hole-puncher.ts';

describe('punching holes', () => {
  let folder: string;
  let runs: number;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-holes-'));
    runs = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** The n-th run ends as the n-th of these says, those after the last as that. */
  const puncher = (...ends: readonly (string | undefined)[]) =>
    new HolePuncher(folder, (args) => {
      const code = ends[Math.min(runs++, ends.length - 1)];
      if (code !== undefined) return Promise.reject(Object.assign(new Error(`fallocate: ${code}`), { code }));
      // Takes the room away as a hole does.
      const file = args.at(-1) ?? assert.fail('no file');
      writeFileSync(file, '');
      truncateSync(file, 64 * 1024);
      return Promise.resolve();
    });

  it('is asked for once where it works', async () => {
    const holes = puncher(undefined);
    assert.deepEqual([await holes.works(), await holes.works(), runs], [true, true, 1]);
    assert.equal(existsSync(path.join(folder, '.hole')), false);
  });

  for (const code of ['ENOENT', 'EACCES', '1']) {
    it(`is given up where the system cannot: ${code}`, async () => {
      const holes = puncher(code, undefined);
      assert.deepEqual([await holes.works(), await holes.works(), runs], [false, false, 1]);
    });
  }

  for (const code of ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOSPC']) {
    it(`is tried again where it could only not be tried: ${code}`, async () => {
      const holes = puncher(code, code, undefined);
      assert.equal(await holes.works(), false);
      assert.equal(await holes.works(), false);
      assert.equal(await holes.works(), true);
      assert.equal(runs, 3);
      assert.equal(existsSync(path.join(folder, '.hole')), false);
    });
  }
});
