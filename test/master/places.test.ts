import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { placesOf, preparePlaces, socketIn, type Platform } from '../../master/places.ts';

const linux: Platform = { name: 'linux', home: '/home/u', temp: '/tmp', user: '1000', environment: {} };

function workersFile(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-places-')), 'workers.yaml');
  writeFileSync(file, 'workers: []\n');
  return file;
}

describe('places', () => {
  it('two paths to one file have one master, two files two', () => {
    const file = workersFile();
    const link = path.join(path.dirname(file), 'link.yaml');
    symlinkSync(file, link);
    assert.equal(placesOf(link, linux).key, placesOf(file, linux).key);
    assert.equal(placesOf(link, linux).file, realpathSync(file));
    assert.notEqual(placesOf(workersFile(), linux).key, placesOf(file, linux).key);
  });

  it('stand where each platform keeps what need not survive a reboot', () => {
    const file = workersFile();
    const folder = (changes: Partial<Platform>) => placesOf(file, { ...linux, ...changes }).folder;
    const { key } = placesOf(file, linux);
    assert.equal(folder({}), `/tmp/hsu-1000/${key}`);
    assert.equal(folder({ environment: { XDG_RUNTIME_DIR: '/run/user/1000' } }), `/run/user/1000/hsu/${key}`);
    assert.equal(folder({ name: 'darwin', temp: '/var/folders/t' }), `/var/folders/t/hsu-1000/${key}`);
    assert.equal(folder({ environment: { HSU_RUNTIME_DIR: '/x' } }), `/x/${key}`);
    const windows = placesOf(file, {
      ...linux,
      name: 'win32',
      user: 'ann',
      environment: { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' },
    });
    assert.equal(windows.folder, `C:\\Users\\ann\\AppData\\Local\\hsu\\run\\${key}`);
    assert.equal(windows.socket, `\\\\.\\pipe\\hsu-ann-${key}`);
  });

  it('give each further socket a name of its own: a file on Unix, a pipe of this user and master on Windows', () => {
    assert.equal(socketIn('/tmp/hsu-1000/abc', 'calls', linux), '/tmp/hsu-1000/abc/calls.sock');
    const windows: Platform = { ...linux, name: 'win32', user: 'ann' };
    const folder = 'C:\\Users\\ann\\AppData\\Local\\hsu\\run\\abc';
    assert.equal(socketIn(folder, 'calls', windows), '\\\\.\\pipe\\hsu-ann-abc-calls');
    assert.notEqual(socketIn(folder, 'calls', windows), socketIn(folder.replace('abc', 'abd'), 'calls', windows));
  });

  it('are readable by this user only', function () {
    if (process.platform === 'win32') return this.skip();
    const runtime = mkdtempSync(path.join(tmpdir(), 'hsu-run-'));
    const places = placesOf(workersFile(), { ...linux, environment: { HSU_RUNTIME_DIR: runtime } });
    mkdirSync(places.folder, { recursive: true, mode: 0o755 });
    preparePlaces(places);
    assert.equal(statSync(places.folder).mode & 0o777, 0o700);
    assert.equal(statSync(places.workerLogs).mode & 0o777, 0o700);
  });
});
