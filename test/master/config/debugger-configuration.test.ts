import assert from 'node:assert/strict';
import { withProcess, type DebuggerConfiguration } from '../../../master/config/debugger-configuration.ts';
import { readPackageManifest } from '../../../master/config/read-package-manifest.ts';

describe("a package's debugger", () => {
  const cases: readonly (readonly [DebuggerConfiguration, object])[] = [
    [{ type: 'debugpy' }, { request: 'attach', type: 'debugpy', processId: 7 }],
    [
      { type: 'lldb', stopOnEntry: false },
      { request: 'attach', type: 'lldb', stopOnEntry: false, pid: 7 },
    ],
    [{ type: 'go' }, { request: 'attach', mode: 'local', type: 'go', processId: 7 }],
    [
      { type: 'gdb', target: '{pid}' },
      { request: 'attach', type: 'gdb', target: 7 },
    ],
    [
      { type: 'own', request: 'launch', args: ['--pid={pid}'], deep: { at: '{pid}' } },
      { request: 'launch', type: 'own', args: ['--pid=7'], deep: { at: 7 } },
    ],
    [
      { type: 'debugpy', connect: { host: '127.0.0.1', port: 5678 } },
      { request: 'attach', type: 'debugpy', connect: { host: '127.0.0.1', port: 5678 } },
    ],
    [
      { type: 'debugpy', connect: { port: '${port}' }, note: 'at {port} of {pid}' },
      { request: 'attach', type: 'debugpy', connect: { port: 8100 }, note: 'at 8100 of 7' },
    ],
    [
      { type: 'go', mode: 'remote', port: 2345 },
      { request: 'attach', type: 'go', mode: 'remote', port: 2345 },
    ],
    [
      { type: 'own', request: 'launch', program: 'observer' },
      { type: 'own', request: 'launch', program: 'observer' },
    ],
    [
      { type: 'own', pid: '${pid}', empty: '' },
      { request: 'attach', type: 'own', pid: 7, empty: '' },
    ],
  ];
  for (const [written, filled] of cases) {
    it(`${JSON.stringify(written)} attaches with ${JSON.stringify(filled)}`, () => {
      assert.deepEqual(withProcess(written, { id: 'a', pid: 7, port: 8100 }), filled);
    });
  }

  it('cannot be told a port that the worker was not handed, and says the way out', () => {
    const withoutPort = () =>
      withProcess({ type: 'debugpy', connect: { port: '{port}' } }, { id: 'a', pid: 7, port: undefined });
    assert.throws(withoutPort, /has \{port\}, but the master handed a none: write \{port\} among its arguments/);
  });

  it('is read from "debug" of its manifest, and needs a type', () => {
    const manifest = (debug: string) =>
      readPackageManifest(`name: a\nversion: 1.0.0\nprocess: { executable_path: ./a }\n${debug}`);
    assert.deepEqual(manifest('debug: { type: go, showLog: true }').manifest?.debugger, { type: 'go', showLog: true });
    assert.deepEqual(manifest('debug: { type: go, showLog: true }').problems, []);
    assert.match(manifest('debug: { showLog: true }').problems[0]?.message ?? '', /"type"/);
  });
});
