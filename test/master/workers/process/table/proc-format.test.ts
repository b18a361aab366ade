import assert from 'node:assert/strict';
import {
  parseAuxv,
  parseCatches,
  parseListening,
  parseStat,
} from '../../../../../master/workers/process/table/proc-format.ts';

describe('what Linux shows under /proc', () => {
  it('stat: fields behind a name with parentheses and spaces', () => {
    const text =
      '4711 (a (b) c) S 1 4700 4699 0 -1 4194304 100 0 0 0 250 50 7 8 20 0 11 0 98765 1000000 2048 18446744073709551615 1 1';
    assert.deepEqual(parseStat(text), {
      pid: 4711,
      name: 'a (b) c',
      state: 'S',
      parent: 1,
      group: 4700,
      session: 4699,
      cpuTicks: 300,
      start: 98765,
      rssPages: 2048,
      virtualBytes: 1_000_000,
      isThread: false,
    });
  });

  it('stat: a thread is told by its exit signal', () => {
    const zeros = (length: number) => Array.from({ length }, () => '0').join(' ');
    assert.equal(parseStat(`7 (a) S 1 ${zeros(33)} -1 0`)?.isThread, true);
    assert.equal(parseStat(`7 (a) S 1 ${zeros(33)} 17 0`)?.isThread, false);
  });

  for (const text of ['', 'nonsense', '12 (cut off', '12 (short) S 1']) {
    it(`stat: nothing from ${JSON.stringify(text)}`, () => {
      assert.equal(parseStat(text), undefined);
    });
  }

  it('status: which signals are caught', () => {
    const text = 'Name:\tnode\nSigIgn:\t0000000000001000\nSigCgt:\t0000000180004002\nCapInh:\t0000000000000000\n';
    const caught = (['SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const).map((name) => parseCatches(text, name));
    assert.deepEqual(caught, [true, false, false, true]);
    assert.equal(parseCatches('Name:\tnode\n', 'SIGUSR1'), null);
  });

  it('net/tcp and net/tcp6: only listening sockets, addresses readable', () => {
    const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
    const rest = '00000000:00000000 00:00000000 00000000     0        0';
    const text = [
      head,
      `   0: 0100007F:1F90 00000000:0000 0A ${rest} 111 1 0000000000000000 100 0 0 10 0`,
      `   1: 00000000:0050 00000000:0000 0A ${rest} 112 1 0000000000000000 100 0 0 10 0`,
      `   2: 0100007F:1F91 0100007F:1F90 01 ${rest} 113 1 0000000000000000 20 4 0 10 -1`,
      `   3: 00000000000000000000000000000000:1F92 00000000000000000000000000000000:0000 0A ${rest} 114 1`,
      `   4: 00000000000000000000000001000000:1F93 00000000000000000000000000000000:0000 0A ${rest} 115 1`,
      `   5: 0000000000000000FFFF00000100007F:1F94 00000000000000000000000000000000:0000 0A ${rest} 116 1`,
    ].join('\n');
    assert.deepEqual(parseListening(text), [
      { inode: '111', host: '127.0.0.1', port: 8080 },
      { inode: '112', host: '0.0.0.0', port: 80 },
      { inode: '114', host: '::', port: 8082 },
      { inode: '115', host: '::1', port: 8083 },
      { inode: '116', host: '127.0.0.1', port: 8084 },
    ]);
  });

  it('auxv: page size and clock ticks, with their usual values where they are missing', () => {
    const auxv = Buffer.alloc(48);
    auxv.writeBigUInt64LE(6n, 0);
    auxv.writeBigUInt64LE(16_384n, 8);
    auxv.writeBigUInt64LE(17n, 16);
    auxv.writeBigUInt64LE(250n, 24);
    assert.deepEqual(parseAuxv(auxv), { pageBytes: 16_384, ticksPerSecond: 250 });
    assert.deepEqual(parseAuxv(Buffer.alloc(0)), { pageBytes: 4096, ticksPerSecond: 100 });
  });
});
