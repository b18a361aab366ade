import assert from 'node:assert/strict';
import { stackFrames } from '../../../master/lifecycle/stack-frames.ts';

describe('the frames of a stack', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['    at start (/app/server.ts:12:7)', '/app/server.ts 12 7'],
    ['    at file:///app/a%20b/server.mjs:3:1', '/app/a b/server.mjs 3 1'],
    ['    at async C:\\app\\server.ts:4:2', 'C:\\app\\server.ts 4 2'],
    ['    at f (file:///C:/app/server.ts:4:2)', 'C:/app/server.ts 4 2'],
    ['  File "/app/main.py", line 30, in run', '/app/main.py 30 -'],
    ['\t/go/src/main.go:21 +0x1d', '/go/src/main.go 21 -'],
    ['   at src/main.rs:5:9', 'src/main.rs 5 9'],
    ['    at f (file://elsewhere/app/server.ts:4:2)', ''],
    ['listening on 127.0.0.1:8080', ''],
    ['12:30:01 all is well', ''],
  ];
  for (const [line, expected] of cases) {
    it(`of ${JSON.stringify(line)} is ${expected === '' ? 'none' : expected}`, () => {
      const found = stackFrames(line).map(({ file, line: at, column }) => `${file} ${at} ${column ?? '-'}`);
      assert.equal(found.join(), expected);
    });
  }

  it('stand where they stand in the text, in its order', () => {
    const text = 'Error\n    at b (/app/b.ts:2:3)\n    at a (/app/a.ts:1:2)\n';
    assert.deepEqual(
      stackFrames(text).map(({ start, end }) => text.slice(start, end)),
      ['/app/b.ts:2:3', '/app/a.ts:1:2'],
    );
  });
});
