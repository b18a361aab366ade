import assert from 'node:assert/strict';
import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readState, writeState } from '../../master/state-file.ts';
import type { SavedWorker } from '../../master/workers/run-counts.ts';

const saved: SavedWorker = {
  wanted: true,
  runs: 3,
  restarts: 2,
  run: { number: 3, pid: 4711, processStart: '99', boot: 'b', startedAt: 't', stdoutFile: 'o', stderrFile: 'e' },
};

function statePath(text?: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'hsu-state-')), 'state.json');
  if (text !== undefined) writeFileSync(file, text);
  return file;
}

describe('state-file', () => {
  it('reads back what was written, and only its owner may', () => {
    const file = statePath();
    const state = new Map([['w', saved]]);
    writeState(file, state);
    assert.deepEqual(readState(file), { state });
    if (process.platform !== 'win32') assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it('is empty when there is none', () => {
    assert.deepEqual(readState(statePath()), { state: new Map() });
  });

  const whole = JSON.stringify({ format: 1, workers: { w: saved } });
  for (const [fault, text] of [
    ['truncated', whole.slice(0, -5)],
    ['of another format', whole.replace('"format":1', '"format":2')],
    ['with a forged pid', whole.replace('4711', '-1')],
    ['with the pid of init', whole.replace('4711', '1')],
    ['with a missing start time', whole.replace('processStart', 'x')],
    ['binary', '\u0000\u0001\u0002'],
    ['a list', '[]'],
  ] as const) {
    it(`is refused, with a sentence, when ${fault}`, () => {
      const { state, refused } = readState(statePath(text));
      assert.equal(state.size, 0);
      assert.match(refused ?? '', /^The saved state .* is damaged .*: no worker is taken over from it\.$/);
    });
  }
});
