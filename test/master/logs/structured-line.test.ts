import assert from 'node:assert/strict';
import { readStructuredLine, type StructuredLine } from '../../../master/logs/structured-line.ts';

describe('a line of output read by its form', () => {
  const cases: readonly (readonly [line: string, want: StructuredLine])[] = [
    [
      '{"level":"warn","msg":"slow","time":"2026-01-01T00:00:00Z","ms":812}',
      { level: 'warn', message: 'slow', at: '2026-01-01T00:00:00.000Z', fields: { ms: 812 } },
    ],
    [
      '{"level":30,"time":1767225600000,"pid":7,"msg":"pino"}',
      { level: 'info', message: 'pino', at: '2026-01-01T00:00:00.000Z', fields: { pid: 7 } },
    ],
    ['  {"severity":"CRITICAL","message":"m"}', { level: 'fatal', message: 'm' }],
    ['{"ts":1767225600.5}', { at: '2026-01-01T00:00:00.500Z' }],
    ['{"level":"odd","msg":5}', { fields: { level: 'odd', msg: 5 } }],
    [
      'ts=2026-01-01T00:00:00Z level=error msg="no \\"room\\"" path=/a=b n=1',
      { level: 'error', message: 'no "room"', at: '2026-01-01T00:00:00.000Z', fields: { path: '/a=b', n: '1' } },
    ],
    ['ERROR cannot open', { level: 'error' }],
    ['[warn] slow', { level: 'warn' }],
    ['2026-01-01 12:00:00,123 INFO  [main] up', { level: 'info' }],
    ['[2026-01-01T12:00:00.1Z] DEBUG x', { level: 'debug' }],
    ['fatal: not a repository', { level: 'fatal' }],
    ['errors were handled', {}],
    ['{"level":"warn"', {}],
    ['[1,2]', {}],
    ['a=1', {}],
    ['we set a=1 b=2', {}],
    ['', {}],
  ];
  for (const [line, want] of cases) {
    it(JSON.stringify(line), () => assert.deepEqual(readStructuredLine(line), want));
  }

  it('is done with a long line that is almost one: looked at again and again, it would take minutes', () => {
    assert.deepEqual(readStructuredLine('a=b '.repeat(400_000) + '"'), {});
    assert.deepEqual(readStructuredLine('{'.repeat(1_000_000) + '}'), {});
  });
});
