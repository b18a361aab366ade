import assert from 'node:assert/strict';
import { lineText, linesAroundFailure } from '../../../client/logs/failure-lines.ts';
import { byTime } from '../../../client/logs/merge-lines.ts';
import type { LogLine } from '../../../master/protocol.ts';

const line = (second: number, run: number, text: string): LogLine => ({
  seq: second,
  time: new Date(Date.UTC(2026, 0, 1, 12, 0, 0, second * 1000)).toISOString(),
  run,
  stream: 'stdout',
  text,
});
const at = (second: number) => line(second, 0, '').time;

describe('the lines around a failure', () => {
  const lines = [line(1, 1, 'begin'), line(5, 1, 'last word'), line(5.5, 1, 'late word'), line(6.2, 2, 'anew')];

  it('stand before and after what failed', () => {
    const { text, failureLine } = linesAroundFailure('mail', lines, { at: at(5.2), message: 'It exited.' });
    const rows = text.split('\n').map((row) => row.replace(/^\S+ /, ''));
    assert.deepEqual(rows, ['begin', 'last word', 'late word', `${at(5.2)} mail failed: It exited.`, 'anew', '']);
    assert.equal(failureLine, 3);
  });

  it('show the stack below the failure, and nothing twice', () => {
    const stack = 'It exited.\n    at a (/app/a.ts:1:2)';
    const { text } = linesAroundFailure('mail', lines, { at: at(5.2), message: 'It exited.', stack });
    assert.match(text, /failed: It exited\.\n +at a \(\/app\/a\.ts:1:2\)\n/);
  });

  it('move nothing where they are shown', () => {
    const { text } = linesAroundFailure('mail', [line(1, 1, 'a\x1b[2Jb\x9bc')], { at: at(1), message: 'It exited.' });
    assert.match(text, /^\S+ ab<U\+009B>c\n/);
    assert.equal(lineText(line(1, 1, '\x1b]0;title\x07a\rb'), '[mail] '), `${at(1)} [mail] a␍b`);
  });

  it('keep a failure without any output', () => {
    const { text, failureLine } = linesAroundFailure('mail', [], { at: at(1), message: 'No such file.' });
    assert.equal(text, `──── ${at(1)} mail failed: No such file.\n`);
    assert.equal(failureLine, 0);
  });
});

describe('lines of several workers', () => {
  it('come in the order of their times, those of one worker in theirs', () => {
    const named = [line(2, 1, 'a2'), line(2, 1, 'a2 too'), line(1, 1, 'b1')].map((one) => ({ line: one }));
    assert.deepEqual(
      byTime(named).map((one) => one.line.text),
      ['b1', 'a2', 'a2 too'],
    );
  });
});
