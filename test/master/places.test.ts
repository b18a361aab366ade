import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { placesOf, preparePlaces, socketIn, type Platform } from '../../master/places.ts';

/** A machine where these paths are there, with their owners. */
function platform(changes: Partial<Platform> = {}, owners: Readonly<Record<string, string>> = {}): Platform {
  const known: Readonly<Record<string, string>> = { '/tmp': '0', '/var/folders/t': '1000', ...owners };
  return {
    name: 'linux',
    home: () => '/home/u',
    temp: '/tmp',
    user: '1000',
    environment: {},
    ownerOf: (path) => known[path],
    ...changes,
  };
}
const linux = platform();

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

  describe('stand where each platform keeps what need not survive a reboot', () => {
    const file = workersFile();
    const { key } = placesOf(file, linux);
    const login = { XDG_RUNTIME_DIR: '/run/user/1000' };
    const long = `/tmp/${'x'.repeat(80)}`;
    const cases: readonly (readonly [string, Parameters<typeof platform>, string])[] = [
      ['the temporary folder', [], '/tmp/hsu-1000'],
      ['the folder of a login', [{ environment: login }, { '/run/user/1000': '1000' }], '/run/user/1000/hsu'],
      [
        'the same with a slash behind it',
        [{ environment: { XDG_RUNTIME_DIR: '/run/user/1000/' } }, { '/run/user/1000': '1000' }],
        '/run/user/1000/hsu',
      ],
      ['a login that is over', [{ environment: login }], '/tmp/hsu-1000'],
      ["another user's login", [{ environment: login }, { '/run/user/1000': '0' }], '/tmp/hsu-1000'],
      ['macOS', [{ name: 'darwin', temp: '/var/folders/t' }], '/var/folders/t/hsu-1000'],
      ['a temporary folder that is not there', [{ temp: '/nowhere' }], '/tmp/hsu-1000'],
      ['one too long for a socket', [{ temp: long }, { [long]: '1000' }], '/tmp/hsu-1000'],
      ['a chosen one, whatever it is', [{ environment: { HSU_RUNTIME_DIR: long } }], long],
      [
        'a master of a login, seen from elsewhere',
        [{}, { [`/run/user/1000/hsu/${key}/lock`]: '1000' }],
        '/run/user/1000/hsu',
      ],
      [
        'a master from elsewhere, seen in a login',
        [{ environment: login }, { '/run/user/1000': '1000', [`/tmp/hsu-1000/${key}/lock`]: '1000' }],
        '/tmp/hsu-1000',
      ],
      [
        "a stranger's lock",
        [{ temp: '/var/folders/t' }, { [`/tmp/hsu-1000/${key}/lock`]: '1001' }],
        '/var/folders/t/hsu-1000',
      ],
    ];
    for (const [what, machine, folder] of cases) {
      it(what, () => {
        assert.equal(placesOf(file, platform(...machine)).folder, `${folder}/${key}`);
      });
    }

    it('Windows', () => {
      const windows = placesOf(
        file,
        platform({ name: 'win32', user: 'ann', environment: { LOCALAPPDATA: 'C:\\Users\\ann\\AppData\\Local' } }),
      );
      assert.equal(windows.folder, `C:\\Users\\ann\\AppData\\Local\\hsu\\run\\${key}`);
      assert.equal(windows.socket, `\\\\.\\pipe\\hsu-ann-${key}`);
    });
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
  it('say the way out where they cannot be', function () {
    if (process.platform === 'win32') return this.skip();
    const chosen = (folder: string) => placesOf(workersFile(), platform({ environment: { HSU_RUNTIME_DIR: folder } }));
    assert.throws(() => preparePlaces(chosen(`/tmp/${'x'.repeat(90)}`)), {
      message:
        /^The folder \/tmp\/x+ has a path too long for a socket, by \d+ bytes: set HSU_RUNTIME_DIR to a shorter one\.$/,
    });
    const file = workersFile();
    assert.throws(() => preparePlaces(chosen(path.join(file, 'below-a-file'))), {
      message:
        /^The folder .* cannot be made \(ENOTDIR.*\): set HSU_RUNTIME_DIR to a private folder that you may write to\.$/,
    });
  });
});
