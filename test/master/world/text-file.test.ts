import assert from 'node:assert/strict';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileError, readText, readTextNow, replaceText } from '../../../master/world/text-file.ts';

describe('the text of a file', () => {
  let folder = '';
  const place = (name: string) => path.join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hsu-text-'));
    writeFileSync(place('workers.yaml'), 'before\n', { mode: 0o640 });
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is read with its byte order mark', async () => {
    writeFileSync(place('marked.yaml'), '\uFEFFGröße\r\n');
    assert.equal(await readText(place('marked.yaml')), '\uFEFFGröße\r\n');
    assert.equal(readTextNow(place('marked.yaml')), '\uFEFFGröße\r\n');
  });

  it('is refused where it is no UTF-8, for writing it back would lose characters', async () => {
    writeFileSync(place('latin.yaml'), Buffer.from('Größe', 'latin1'));
    const sentence = { message: `${place('latin.yaml')} is no UTF-8 text: save it with that encoding.` };
    await assert.rejects(readText(place('latin.yaml')), sentence);
    assert.throws(() => readTextNow(place('latin.yaml')), sentence);
  });

  it('that cannot be read is told by the name of its file, why, and with the code of the system', async () => {
    await assert.rejects(
      readText(place('missing.yaml')),
      (error) =>
        error instanceof FileError &&
        error.code === 'ENOENT' &&
        error.message === `${place('missing.yaml')} cannot be read: it is not there: check the name (ENOENT).`,
    );
    await assert.rejects(readText(folder), /cannot be read: it is a folder, and a file was expected \(EISDIR\)\.$/);
  });

  it('is replaced as a whole, with the rights the file had, and nothing is left beside it', async () => {
    chmodSync(place('workers.yaml'), 0o640);
    await replaceText(place('workers.yaml'), 'after\n');
    assert.equal(readFileSync(place('workers.yaml'), 'utf8'), 'after\n');
    assert.equal(statSync(place('workers.yaml')).mode & 0o777, 0o640);
    assert.deepEqual(readdirSync(folder), ['workers.yaml']);
  });

  it('is replaced by another file, so that a crash leaves the old one or the new one', async () => {
    const before = statSync(place('workers.yaml')).ino;
    await replaceText(place('workers.yaml'), 'after\n');
    assert.notEqual(statSync(place('workers.yaml')).ino, before);
  });

  it('is replaced behind a link, which stays one', async () => {
    symlinkSync('workers.yaml', place('link.yaml'));
    await replaceText(place('link.yaml'), 'after\n');
    assert.ok(lstatSync(place('link.yaml')).isSymbolicLink());
    assert.equal(readFileSync(place('workers.yaml'), 'utf8'), 'after\n');
  });

  it('is replaced under all names of one file', async () => {
    linkSync(place('workers.yaml'), place('same.yaml'));
    await replaceText(place('same.yaml'), 'after\n');
    assert.equal(readFileSync(place('workers.yaml'), 'utf8'), 'after\n');
  });

  it('makes a file where there is none, and says where that is not possible', async () => {
    await replaceText(place('new.yaml'), 'new\n');
    assert.equal(readFileSync(place('new.yaml'), 'utf8'), 'new\n');
    await assert.rejects(
      replaceText(place('no/new.yaml'), ''),
      /no\/new\.yaml cannot be written: it is not there: check the name \(ENOENT\)\.$/,
    );
  });
});
