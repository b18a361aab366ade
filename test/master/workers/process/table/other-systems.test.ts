import assert from 'node:assert/strict';
import type { DiscoveryConfig } from '../../../../../master/config/worker-config.ts';
import { findUnmanaged } from '../../../../../master/workers/process/find-unmanaged.ts';
import { serviceManager } from '../../../../../master/workers/process/service-manager.ts';
import { darwinProcessTable, parseLsof, parsePs } from '../../../../../master/workers/process/table/darwin.ts';
import type { RunProgram } from '../../../../../master/workers/process/table/run-program.ts';
import {
  parseCim,
  parseSockets,
  splitCommandLine,
  windowsProcessTable,
} from '../../../../../master/workers/process/table/windows.ts';

/** What `ps -E -o pid=,ppid=,pgid=,sess=,stat=,rss=,time=,lstart=,ucomm=,command=` prints on macOS. */
const ps = [
  '    1     0     1      0 Ss    12160   1:02.50 Mon Jan  5 10:00:00 2026 launchd /sbin/launchd',
  ' 4711     1  4711      0 S     20480   0:01.25 Tue Jan  6 11:22:33 2026 node node a.js HSU_WORKER_ID=w PATH=/bin',
  ' 4712  4711  4711      0 Z         0   0:00.00 Tue Jan  6 11:22:34 2026 node (node)',
  ' 4713  4711  4711      0 T      1024 1-02:03:04.00 Tue Jan  6 11:22:34 2026 sh /bin/sh',
];

describe('process tables of other systems, read from captured text', () => {
  it('macOS: ps', () => {
    const [launchd, node, shell, ...rest] = parsePs(ps.join('\n'));
    assert.deepEqual(rest, []);
    assert.equal(launchd?.name, 'launchd');
    assert.equal(launchd.cpuMs, 62_500);
    assert.deepEqual([node?.pid, node?.parent, node?.group, node?.rssBytes], [4711, 1, 4711, 20_480 * 1024]);
    assert.deepEqual([node?.isHeld, shell?.isHeld], [false, true]);
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
    assert.deepEqual(parseLsof('p1\nf3\nn*:*\nf4\nn127.0.0.1:500->127.0.0.1:53\nf5\nn*:5353\n'), [
      { pid: 1, host: '0.0.0.0', port: 5353 },
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
    assert.deepEqual(parseSockets('{"OwningProcess":4711,"LocalAddress":"0.0.0.0","LocalPort":8080}'), [
      { pid: 4711, host: '0.0.0.0', port: 8080 },
    ]);
  });

  it('Windows: the words of a command line', () => {
    assert.deepEqual(splitCommandLine('"C:\\Program Files\\node.exe" a.js --name="b c" ""'), [
      'C:\\Program Files\\node.exe',
      'a.js',
      '--name=b c',
      '',
    ]);
    assert.deepEqual(splitCommandLine(''), []);
  });
});

/** Programs of a system that is not here: the first whose command line fits answers. */
function system(...programs: readonly (readonly [command: RegExp, says: string])[]): {
  run: RunProgram;
  asked: string[];
} {
  const asked: string[] = [];
  const run: RunProgram = (program, args) => {
    const command = [program, ...args].join(' ');
    asked.push(command);
    return Promise.resolve(programs.find(([fits]) => fits.test(command))?.[1] ?? '');
  };
  return { run, asked };
}

const discovery = (how: Partial<DiscoveryConfig>): DiscoveryConfig => ({
  method: 'port',
  canTerminate: false,
  canRestart: false,
  ...how,
});

describe('a macOS', () => {
  const machine = () =>
    system(
      [/^ps -p 4711 .*-E/, ps[1] ?? ''],
      [/^ps -p 4711 .*command=$/, 'node a.js --port 8080'],
      [/^ps -ax -E/, ps.join('\n')],
      [/^lsof .*-iTCP .*-p 1,4711,4713$/, 'p4711\nf20\nn*:8080'],
      [/^lsof .*-iUDP /, 'p4713\nf20\nn*:8080'],
      [/^sysctl -n kern\.bootsessionuuid$/, 'B00T'],
      [/^launchctl list com\.example\.a$/, '{\n\t"Label" = "com.example.a";\n\t"PID" = 4711;\n};'],
    );

  it('tells the tree of a worker by group, parents and marks, and when it was booted', async () => {
    const table = darwinProcessTable(machine().run);
    const leader = { pid: 4711, start: 'Tue Jan 6 11:22:33 2026', startOrder: Date.parse('Tue Jan 6 11:22:33 2026') };
    const tree = await table.tree({ leader, markers: [], known: new Set() });
    assert.deepEqual(
      tree.map(({ pid }) => pid),
      [4711, 4713],
    );
    const marked = await table.tree({ markers: ['HSU_WORKER_ID=w'], known: new Set() });
    assert.deepEqual(
      marked.map(({ pid }) => pid),
      [4711, 4713],
    );
    assert.equal(await table.boot(), 'B00T');
  });

  const found: readonly (readonly [how: string, discovery: Partial<DiscoveryConfig>, pid: number | undefined])[] = [
    ['its TCP port', { port: 8080 }, 4711],
    ['its UDP port', { port: 8080, protocol: 'udp' }, 4713],
    ['its name and arguments', { method: 'process-name', processName: 'node', processArgs: ['a.js', '8080'] }, 4711],
    ['no other arguments', { method: 'process-name', processName: 'node', processArgs: ['b.js'] }, undefined],
    ['its service', { method: 'service-name', serviceName: 'com.example.a' }, 4711],
    ['no other service', { method: 'service-name', serviceName: 'com.example.b' }, undefined],
  ];
  for (const [how, what, pid] of found) {
    it(`finds a process by ${how}`, async () => {
      const { run } = machine();
      const result = await findUnmanaged(discovery(what), darwinProcessTable(run), serviceManager('darwin', run));
      assert.equal('entry' in result ? result.entry.pid : undefined, pid);
    });
  }
});

describe('a Windows', () => {
  const row = (pid: number) =>
    `{"ProcessId":${pid},"ParentProcessId":1,"Name":"node.exe","WorkingSetSize":1,"KernelModeTime":0,"UserModeTime":0,"Start":"${pid}"}`;
  const machine = () =>
    system(
      [/^powershell\.exe .*ProcessId=4711"\)\.CommandLine$/, '"C:\\Program Files\\node.exe" a.js'],
      [/^powershell\.exe .*ProcessId=4712"\)\.CommandLine$/, 'node.exe "b c.js"'],
      [/^powershell\.exe .*ProcessId=4711"/, row(4711)],
      [/^powershell\.exe .*Win32_Process \|/, `[${row(4711)},${row(4712)}]`],
      [/^powershell\.exe .*Get-NetTCPConnection/, '{"OwningProcess":4711,"LocalAddress":"::","LocalPort":8080}'],
      [/^powershell\.exe .*Get-NetUDPEndpoint/, '{"OwningProcess":4712,"LocalAddress":"::","LocalPort":8080}'],
      [
        /^sc\.exe queryex a$/,
        'SERVICE_NAME: a\r\n        STATE              : 4  RUNNING\r\n        PID                : 4711\r\n',
      ],
      [
        /^sc\.exe queryex b$/,
        'SERVICE_NAME: b\r\n        STATE              : 1  STOPPED\r\n        PID                : 0\r\n',
      ],
    );

  const found: readonly (readonly [how: string, discovery: Partial<DiscoveryConfig>, pid: number | undefined])[] = [
    ['its TCP port', { port: 8080 }, 4711],
    ['its UDP port', { port: 8080, protocol: 'udp' }, 4712],
    ['its name, oldest first', { method: 'process-name', processName: 'node' }, 4711],
    ['its name and arguments', { method: 'process-name', processName: 'node', processArgs: ['b c.js'] }, 4712],
    ['its service', { method: 'service-name', serviceName: 'a' }, 4711],
    ['no service that is stopped', { method: 'service-name', serviceName: 'b' }, undefined],
  ];
  for (const [how, what, pid] of found) {
    it(`finds a process by ${how}`, async () => {
      const { run } = machine();
      const result = await findUnmanaged(discovery(what), windowsProcessTable(run), serviceManager('win32', run));
      assert.equal('entry' in result ? result.entry.pid : undefined, pid);
    });
  }
});

describe('systemd', () => {
  it('is asked for the main process of a unit, whatever its name begins with', async () => {
    const { run, asked } = system([/ a$/, 'MainPID=4711'], [/ -b$/, 'MainPID=0']);
    const pidOf = serviceManager('linux', run);
    assert.deepEqual([await pidOf('a'), await pidOf('-b'), await pidOf('c')], [4711, undefined, undefined]);
    assert.deepEqual(asked[1], 'systemctl show --property=MainPID -- -b');
  });
});
