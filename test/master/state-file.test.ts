import assert from 'node:assert/strict';
import fs, { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readState, StateFile, type StateFiles } from '../../master/state-file.ts';
import type { SavedWorker } from '../../master/workers/run-counts.ts';

const saved: SavedWorker = {
  wanted: true,
  runs: 3,
  restarts: 2,
  run: { number: 3, pid: 4711, processStart: '99', boot: 'b', startedAt: 't', stdoutFile: 'o', stderrFile: 'e' },
};

const folders: string[] = [];

function statePath(text?: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hsu-state-'));
  folders.push(folder);
  const file = path.join(folder, 'state.json');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

describe('state-file', () => {
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('reads back what was written, and only its owner may', () => {
    const file = statePath();
    const state = new StateFile(file, new Map([['former', saved]]), assert.fail);
    state.save(new Map([['w', saved]]));
    state.save(new Map([['w', { ...saved, runs: 4 }]]));
    assert.deepEqual(Object.fromEntries(readState(file).state), { former: saved, w: { ...saved, runs: 4 } });
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('keeps how the latest run ended', () => {
    const file = statePath();
    const last = { started_at: 's', ended_at: 'e', exit_code: 3, signal: null };
    new StateFile(file, new Map(), assert.fail).save(new Map([['w', { ...saved, run: null, last }]]));
    assert.deepEqual(readState(file).state.get('w')?.last, last);
  });

  it('is empty when there is none', () => {
    assert.deepEqual(readState(statePath()), { state: new Map() });
  });

  it('lacks only the last change when its writer died over it', () => {
    const file = statePath();
    const state = new StateFile(file, new Map(), assert.fail);
    for (const runs of [3, 4, 5]) state.save(new Map([['w', { ...saved, runs }]]));
    const text = readFileSync(file, 'utf8');
    for (let size = text.lastIndexOf('\n', text.length - 2) + 1; size < text.length; size += 1) {
      assert.deepEqual(readState(statePath(text.slice(0, size))), { state: new Map([['w', { ...saved, runs: 4 }]]) });
    }
  });

  it('is written anew before it grows without end', () => {
    const file = statePath();
    const state = new StateFile(file, new Map(), assert.fail);
    for (let runs = 1; runs <= 5000; runs += 1) state.save(new Map([['w', { ...saved, runs }]]));
    assert.ok(statSync(file).size < 400_000);
    assert.equal(readState(file).state.get('w')?.runs, 5000);
  });

  it('says once that the disk is full, loses nothing that was there, and goes on when there is room', () => {
    const file = statePath();
    const complaints: string[] = [];
    let room = Number.POSITIVE_INFINITY;
    const take = (size: number) => {
      if (room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      const taken = Math.min(room, size);
      room -= taken;
      return taken;
    };
    const files: StateFiles = {
      ...fs,
      writeSync: (descriptor, text) => fs.writeSync(descriptor, text.slice(0, take(text.length))),
      writeFileSync: (target, text) => {
        fs.writeFileSync(target, text.slice(0, take(text.length)));
        take(1);
      },
    };
    const state = new StateFile(file, new Map(), (sentence) => complaints.push(sentence), files);
    state.save(new Map([['w', saved]]));
    room = 20;
    state.save(new Map([['w', { ...saved, runs: 4 }]]));
    state.save(new Map([['w', { ...saved, runs: 5 }]]));
    assert.deepEqual(readState(file), { state: new Map([['w', saved]]) });
    assert.equal(complaints.length, 1);
    assert.match(complaints[0] ?? '', /^The state .*state\.json cannot be saved: ENOSPC.* The workers run on; /);
    room = Number.POSITIVE_INFINITY;
    state.save(new Map([['v', saved]]));
    assert.deepEqual(Object.fromEntries(readState(file).state), { w: { ...saved, runs: 5 }, v: saved });
  });

  const whole = JSON.stringify({ format: 1, workers: { w: saved } });
  for (const [fault, text] of [
    ['truncated', whole.slice(0, -5)],
    ['of another format', whole.replace('"format":1', '"format":2')],
    ['with a forged pid', whole.replace('4711', '-1')],
    ['with the pid of init', whole.replace('4711', '1')],
    ['with a missing start time', whole.replace('processStart', 'x')],
    [
      'with a forged exit code',
      whole.replace('"run":', '"last":{"started_at":"","ended_at":"","exit_code":"0","signal":null},"run":'),
    ],
    ['binary', '\u0000\u0001\u0002'],
    ['a list', '[]'],
    ['damaged between its lines', `${whole}\n{"w":\n${JSON.stringify({ w: saved })}\n`],
    ['with a forged change', `${whole}\n${JSON.stringify({ w: saved }).replace('4711', '"4711"')}\n`],
  ] as const) {
    it(`is refused, with a sentence, when ${fault}`, () => {
      const { state, refused } = readState(statePath(text));
      assert.equal(state.size, 0);
      assert.match(refused ?? '', /^The saved state .* is damaged .*: no worker is taken over from it\.$/);
    });
  }
});
