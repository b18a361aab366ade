import assert from 'node:assert/strict';
import { lineFilter } from '../../../master/logs/line-filter.ts';
import type { LogLevel, LogLine } from '../../../master/protocol.ts';

describe('a filter of lines', () => {
  const line = (text: string, stream: LogLine['stream'] = 'stdout', level?: LogLevel): LogLine => ({
    seq: 1,
    time: '',
    run: 1,
    stream,
    text,
    ...(level ? { level } : {}),
  });

  it('takes what matches one of those included and none of those excluded', () => {
    const passes = lineFilter({ include: ['^GET', '^POST'], exclude: ['/health'] });
    assert.deepEqual(
      ['GET /a', 'POST /health', 'PUT /a'].map((text) => passes(line(text))),
      [true, false, false],
    );
  });

  it('takes what is as grave as asked; what tells no level counts by its stream', () => {
    const passes = lineFilter({ level: 'warn' });
    assert.deepEqual(
      [line('x', 'stdout', 'warn'), line('x', 'stdout', 'info'), line('x'), line('    at main.js:1', 'stderr')].map(
        passes,
      ),
      [true, false, false, true],
    );
  });

  it('takes one stream alone', () => {
    assert.deepEqual([line('x'), line('x', 'stderr')].map(lineFilter({ stream: 'stderr' })), [false, true]);
  });

  it('says what is no regular expression', () => {
    assert.throws(() => lineFilter({ exclude: ['('] }), /^Error: "\(" is no regular expression: /);
  });
});
