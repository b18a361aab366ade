import assert from 'node:assert/strict';
import { explainExit } from '../../../../master/workers/process/explain-exit.ts';

describe('explainExit', () => {
  const died = { code: 1, signal: null };

  it('has nothing to say about code 0', () => {
    assert.equal(explainExit('w', { code: 0, signal: null }, ['address already in use']), undefined);
  });

  const portLines: readonly (readonly [language: string, line: string, port: number])[] = [
    ['Node', 'Error: listen EADDRINUSE: address already in use 127.0.0.1:8080', 8080],
    ['Node, IPv6', 'Error: listen EADDRINUSE: address already in use :::8081', 8081],
    ['Go', '2026/01/02 03:04:05 listen tcp :8082: bind: address already in use', 8082],
    ['nginx', 'nginx: [emerg] bind() to 0.0.0.0:8083 failed (98: Address already in use)', 8083],
    ['a sentence', 'Address already in use: port 8084', 8084],
    ['Python, which names none', 'OSError: [Errno 98] Address already in use', 9000],
    ['Rust, which names none', 'Error: Os { code: 98, kind: AddrInUse, message: "Address already in use" }', 9000],
    ['Windows', 'Only one usage of each socket address (protocol/network address/port) is normally permitted.', 9000],
  ];
  for (const [language, line, port] of portLines) {
    it(`knows a taken port as ${language} says it`, () => {
      const failure = explainExit('w', died, ['starting', line, "  code: 'EADDRINUSE',", '}'], 9000);
      assert.equal(failure?.code, 'port-in-use');
      assert.match(failure.message, new RegExp(`port ${port}:`));
    });
  }

  const words: readonly (readonly [what: string, lines: readonly string[], telling: string])[] = [
    [
      'an uncaught error of Node, with its frames behind and its version at the end',
      [
        '/a.js:1',
        'throw new TypeError("no rows")',
        '',
        'TypeError: no rows',
        '    at a (/a.js:1:7)',
        '',
        'Node.js v22.1.0',
      ],
      'TypeError: no rows',
    ],
    ['a traceback of Python', ['Traceback (most recent call last):', '  File "a.py"', 'KeyError: 3'], 'KeyError: 3'],
    ['a panic of Go', ['panic: oh no', '', 'goroutine 1 [running]:', 'main.main()'], 'panic: oh no'],
    [
      'a panic of Rust',
      ["thread 'main' panicked at src/main.rs:2:5:", 'note: run with'],
      "thread 'main' panicked at src/main.rs:2:5:",
    ],
    ['anything else: the last line', ['loading', 'cannot read config.yaml', ''], 'cannot read config.yaml'],
  ];
  for (const [what, lines, telling] of words) {
    it(`quotes ${what}`, () => {
      assert.equal(explainExit('w', died, lines)?.message, `w exited with code 1: ${telling}`);
    });
  }

  it('keeps the frames of an error as its stack', () => {
    const failure = explainExit('w', died, ['Error: x', '    at a (/a.js:1:7)', '    at b (/b.js:2:3)', 'bye']);
    assert.equal(failure?.stack, 'Error: x\n    at a (/a.js:1:7)\n    at b (/b.js:2:3)');
  });

  it('says what a signal, a well-known code and silence mean', () => {
    assert.deepEqual(
      [
        explainExit('w', { code: null, signal: 'SIGKILL' }, [])?.message,
        explainExit('w', { code: null, signal: 'SIGSEGV' }, [])?.message,
        explainExit('w', { code: 127, signal: null }, [])?.message,
        explainExit('w', { code: null, signal: null }, [])?.message,
      ],
      [
        'w was killed by SIGKILL: by hand, or because the system ran out of memory (then let it hold less, or give it a limit: limits.memory.max_rss); it left no message on stderr',
        'w was ended by SIGSEGV; it left no message on stderr',
        'w exited with code 127 (a command was not found); it left no message on stderr',
        'w ended; its exit code is not known, because a former master had started it; it left no message on stderr',
      ],
    );
  });

  const full = [
    '[14910:0x30666ca0]      172 ms: Mark-Compact 26.2 (56.0) -> 25.6 (59.0) MB',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
    '----- Native stack trace -----',
    ' 1: 0xb78db3 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]',
    'Aborted',
  ];
  for (const exit of [
    { code: null, signal: 'SIGABRT' },
    { code: null, signal: 'SIGTRAP' },
    { code: 134, signal: null },
  ]) {
    it(`says that the heap of a Node program was full, and the way out: ${exit.signal ?? exit.code}`, () => {
      assert.deepEqual(explainExit('w', exit, full), {
        code: 'resource-limit',
        message:
          'w ran out of memory: Reached heap limit Allocation failed - JavaScript heap out of memory. Let it hold less, or let V8 have more (NODE_OPTIONS: --max-old-space-size=MEGABYTES in its environment).',
      });
    });
  }

  it('does not take the full heap of something else for its own end', () => {
    const failure = explainExit('w', died, [...full, 'Error: the helper is gone']);
    assert.deepEqual([failure?.code, failure?.message], ['exited', 'w exited with code 1: Error: the helper is gone']);
    assert.equal(explainExit('w', { code: null, signal: 'SIGABRT' }, ['heap out of memory?'])?.code, 'crashed');
  });

  it('says what the code of a shell means whose program was killed', () => {
    assert.equal(
      explainExit('w', { code: 137, signal: null }, ['Killed'])?.message,
      'w exited with code 137, by which a shell says that its program was killed by SIGKILL: by hand, or because the system ran out of memory (then let it hold less, or give it a limit: limits.memory.max_rss): Killed',
    );
  });
});
