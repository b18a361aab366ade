import assert from 'node:assert/strict';
import { parseLsof, parsePs } from '../../../../../master/workers/process/table/darwin.ts';
import { parseCim, parseNetTcp } from '../../../../../master/workers/process/table/windows.ts';

describe('process tables of other systems, read from captured text', () => {
  it('macOS: ps', () => {
    const text = [
      '    1     0     1      0 Ss    12160   1:02.50 Mon Jan  5 10:00:00 2026 launchd /sbin/launchd',
      ' 4711     1  4711      0 S     20480   0:01.25 Tue Jan  6 11:22:33 2026 node node a.js HSU_WORKER_ID=w PATH=/bin',
      ' 4712  4711  4711      0 Z         0   0:00.00 Tue Jan  6 11:22:34 2026 node (node)',
      ' 4713  4711  4711      0 R      1024 1-02:03:04.00 Tue Jan  6 11:22:34 2026 sh /bin/sh',
    ].join('\n');
    const [launchd, node, shell, ...rest] = parsePs(text);
    assert.deepEqual(rest, []);
    assert.equal(launchd?.name, 'launchd');
    assert.equal(launchd.cpuMs, 62_500);
    assert.deepEqual([node?.pid, node?.parent, node?.group, node?.rssBytes], [4711, 1, 4711, 20_480 * 1024]);
    assert.equal(node?.start, 'Tue Jan 6 11:22:33 2026');
    assert.equal(node.carries(['HSU_WORKER_ID=w']), true);
    assert.equal(node.carries(['HSU_WORKER_ID=w2']), false);
    assert.equal(node.carries(['HSU_WORKER_ID=']), false);
    assert.equal(shell?.cpuMs, (26 * 3600 + 3 * 60 + 4) * 1000);
    assert.ok(shell.startOrder > node.startOrder);
  });

  it('macOS: lsof', () => {
    assert.deepEqual(parseLsof('p4711\nf20\nn*:8080\nf21\nn127.0.0.1:9229\np4712\nf4\nn[::1]:8081\n'), [
      { pid: 4711, host: '0.0.0.0', port: 8080 },
      { pid: 4711, host: '127.0.0.1', port: 9229 },
      { pid: 4712, host: '::1', port: 8081 },
    ]);
  });

  it('Windows: Win32_Process, an array or one object', () => {
    const row =
      '{"ProcessId":4711,"ParentProcessId":1,"Name":"node.exe","WorkingSetSize":20971520,"KernelModeTime":10000000,"UserModeTime":5000000,"Start":"133800000000000000"}';
    const [entry] = parseCim(`[${row},{"ProcessId":0,"ParentProcessId":0,"Name":"System Idle Process","Start":null}]`);
    assert.deepEqual(
      [entry?.pid, entry?.cpuMs, entry?.rssBytes, entry?.start],
      [4711, 1500, 20_971_520, '133800000000000000'],
    );
    assert.equal(parseCim(row)[0]?.pid, 4711);
    assert.deepEqual(parseCim(''), []);
  });

  it('Windows: listening connections', () => {
    assert.deepEqual(parseNetTcp('{"OwningProcess":4711,"LocalAddress":"0.0.0.0","LocalPort":8080}'), [
      { pid: 4711, host: '0.0.0.0', port: 8080 },
    ]);
  });
});
