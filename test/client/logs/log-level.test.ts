import assert from 'node:assert/strict';
import { logLevel } from '../../../client/logs/log-level.ts';

describe('the level of a line of output', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['listening on 8080', 'info'],
    ['ERROR cannot open the file', 'error'],
    ['[2026-01-01 12:00:00] WARN slow answer', 'warn'],
    ['{"level":"error","msg":"x"}', 'error'],
    ['{"level":"info","msg":"an error was handled"}', 'info'],
    ['{"level":50,"msg":"pino"}', 'error'],
    ['{"level":30,"msg":"error in a message"}', 'info'],
    ['FATAL: out of memory', 'error'],
    ['a long line of ordinary text that only speaks of an error at its end', 'info'],
  ];
  for (const [line, level] of cases) {
    it(`takes ${JSON.stringify(line)} as ${level}`, () => assert.equal(logLevel(line), level));
  }
});
