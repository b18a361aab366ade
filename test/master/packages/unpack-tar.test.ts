import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unpackTar } from '../../../master/packages/unpack-tar.ts';
import { tar, type TarEntry } from '../../support/tar.ts';

describe('an archive', () => {
  let outer: string;
  let into: string;
  beforeEach(() => {
    outer = mkdtempSync(path.join(tmpdir(), 'hsu-tar-'));
    into = path.join(outer, 'package');
  });
  afterEach(() => rmSync(outer, { recursive: true, force: true }));

  it('is unpacked without its outer folder; what may be run stays so', async () => {
    await unpackTar(
      tar({ name: 'package/package.yaml', content: 'name: a' }, { name: 'package/bin/a', content: '#!', mode: 0o755 }),
      into,
    );
    assert.equal(readFileSync(path.join(into, 'package.yaml'), 'utf8'), 'name: a');
    assert.notEqual(statSync(path.join(into, 'bin', 'a')).mode & 0o100, 0);
    assert.equal(statSync(path.join(into, 'package.yaml')).mode & 0o111, 0);
  });

  it('may hold paths longer than its headers', async () => {
    const long = `package/${'deep/'.repeat(30)}file`;
    const record = ` path=${long}\n`;
    const extended = `${record.length + 3}${record}`;
    await unpackTar(tar({ name: 'extended', type: 'x', content: extended }, { name: 'cut', content: 'here' }), into);
    assert.equal(readFileSync(path.join(into, ...long.split('/').slice(1)), 'utf8'), 'here');
  });

  const refused: readonly (readonly [string, TarEntry, RegExp])[] = [
    ['a path upwards', { name: 'package/../../out' }, /leads out of the package/],
    ['an absolute path', { name: '/etc/out' }, /leads out of the package/],
    ['a path of another system', { name: 'package/..\\..\\out' }, /leads out of the package/],
    ['a link', { name: 'package/link', type: '2' }, /neither a file nor a folder/],
  ];
  for (const [what, entry, message] of refused) {
    it(`with ${what} is refused, and nothing is written outside`, async () => {
      await assert.rejects(unpackTar(tar(entry), into), message);
      assert.deepEqual(
        readdirSync(outer).filter((name) => name !== 'package'),
        [],
      );
    });
  }

  it('that is cut off is refused', async () => {
    const whole = tar({ name: 'package/long', content: 'x'.repeat(2000) });
    await assert.rejects(unpackTar(whole.subarray(0, 1024), into), /The archive is damaged/);
  });
});
