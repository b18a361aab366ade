import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExportedNames } from '../../../master/world/exported-names.ts';

describe('exported names', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-exports-'));
  const file = path.join(folder, 'tools.mjs');
  after(() => rmSync(folder, { recursive: true }));

  it('are read from a file once, and again when it was written', async () => {
    let reads = 0;
    const names = new ExportedNames((one) => {
      reads++;
      return readFile(one);
    });
    writeFileSync(file, 'export const one = 1;');
    assert.deepEqual(await names.namesOf(file), ['one']);
    assert.deepEqual(await names.namesOf(file), ['one']);
    assert.equal(reads, 1);
    writeFileSync(file, 'export const two = 2;');
    utimesSync(file, new Date(), new Date(Date.now() + 2000));
    assert.deepEqual(await names.namesOf(file), ['two']);
    assert.equal(reads, 2);
  });

  it('of a file that is gone cannot be told', async () => {
    await assert.rejects(new ExportedNames().namesOf(path.join(folder, 'gone.mjs')), { code: 'ENOENT' });
  });
});
